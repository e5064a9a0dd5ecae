/** The nearest of some rows. @module */
import { squaredDistance } from '../distances/squared-distances.ts'
import { type Matrix64, rowOf } from '../matrices/matrix.ts'

/** The row of x nearest to a point, the first of several; rows in `except` do not count, and −1 where none is left. */
export function nearestRow(x: Matrix64, point: Float64Array, except?: ReadonlySet<number>): number {
  let [best, least] = [-1, Number.POSITIVE_INFINITY]
  for (let i = 0; i < x.rows; i++) {
    if (except?.has(i)) continue
    const distance = squaredDistance(rowOf(x, i), point)
    if (distance < least) [best, least] = [i, distance]
  }
  return best
}

/** For each row of x the number of the nearest center. */
export function nearestCenters(x: Matrix64, centers: Matrix64): Int32Array {
  return Int32Array.from({ length: x.rows }, (_, i) => nearestRow(centers, rowOf(x, i)))
}
