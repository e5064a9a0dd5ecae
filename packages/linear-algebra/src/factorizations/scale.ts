/** Powers of two that bring a matrix to numbers whose squares float64 holds. @module */
import type { Matrix64 } from '../matrices/matrix.ts'
import { largestOf } from '../statistics/columns.ts'

/**
 * The power of two by which the largest number becomes one of about 1; `undefined` where numbers are not finite. It rounds
 * nothing, so matrices of any scale have decompositions to the same digits.
 */
export function scaleOf(matrix: Matrix64): number | undefined {
  const largest = largestOf(matrix)
  if (!(largest < Number.POSITIVE_INFINITY)) return undefined
  return largest > 0 ? 2 ** -Math.max(-1022, Math.min(1022, Math.floor(Math.log2(largest)))) : 1
}
