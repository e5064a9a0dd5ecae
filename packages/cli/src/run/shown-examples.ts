/** Which examples a picture of an edit shows. @module */

/**
 * Rows of the last items, with the attribute and without in turn, as long as there are both: the items of a folder come class by class.
 */
export function shownExamples(labels: readonly number[], count: number): number[] {
  const rows = labels.map((_, row) => row).reverse()
  const [having, lacking] = [rows.filter((row) => labels[row]), rows.filter((row) => !labels[row])]
  const paired = Math.min(having.length, lacking.length)
  const inTurn = having.slice(0, paired).flatMap((row, i) => [row, lacking[i]!])
  return [...inTurn, ...having.slice(paired), ...lacking.slice(paired)].slice(0, count)
}
