/** Whether two engines computed the same. @module */

/** Largest difference that passes, relative to the largest value of each output. */
export const tolerance = 1e-3

/** Largest |difference| over largest |reference| of any output; runs that one of them lacks are left out. */
export function relativeDifference(sample: readonly number[][], reference: readonly number[][]): number {
  const count = Math.min(sample.length, reference.length)
  const each = Array.from({ length: count }, (_, i) => differenceOf(sample[i]!, reference[i]!))
  return Math.max(...each)
}

function differenceOf(output: readonly number[], reference: readonly number[]): number {
  if (output.length !== reference.length) return Number.POSITIVE_INFINITY
  const scale = Math.max(...reference.map(Math.abs), Number.MIN_VALUE)
  const differences = output.map((value, i) => Math.abs(value - reference[i]!))
  // A NaN is as different as can be.
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences) / scale
}
