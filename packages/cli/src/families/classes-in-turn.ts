/** Which class each sample has. @module */

/** The labels over and over; without any, all classes in turn: a column of the grid each. */
export function classesInTurn(
  count: number,
  classes: number,
  labels: readonly number[] = Array.from({ length: classes }, (_, i) => i),
): number[] {
  return Array.from({ length: count }, (_, i) => labels[i % labels.length]!)
}
