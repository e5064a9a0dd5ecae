/** Clusters around means. @module */
import { assertSize } from '../matrices/assert-size.ts'
import { type Matrix64, rowOf, zeroMatrix } from '../matrices/matrix.ts'
import { nearestCenters } from './nearest.ts'

/** Centers, and the number of the nearest one of each row. */
export interface KMeans {
  readonly centers: Matrix64
  readonly owners: Int32Array
}

/**
 * Lloyd's iterations from given centers (see `kMeansPlusPlus`), until no row moves to another center or the iterations are
 * done. A center that loses all its rows stays where it is.
 *
 * @throws GenError `shape` for centers of another size.
 * @see Least squares quantization in PCM (Lloyd, 1982) https://doi.org/10.1109/TIT.1982.1056489
 */
export function kMeans(x: Matrix64, start: Matrix64, iterations = 25): KMeans {
  assertSize('kMeans', 'columns of the centers, as the rows have', x.columns, start.columns)
  let centers = start
  let owners: Int32Array = new Int32Array(x.rows)
  for (let round = 0; round < iterations; round++) {
    const next = nearestCenters(x, centers)
    const moved = next.some((owner, i) => owner !== owners[i])
    owners = next
    if (!moved && round > 0) break
    centers = meansOf(x, owners, centers)
  }
  return { centers, owners }
}

function meansOf(x: Matrix64, owners: Int32Array, before: Matrix64): Matrix64 {
  const sums = zeroMatrix(before.rows, before.columns)
  const counts = new Float64Array(before.rows)
  owners.forEach((owner, i) => {
    counts[owner]!++
    const sum = rowOf(sums, owner)
    rowOf(x, i).forEach((value, j) => {
      sum[j]! += value
    })
  })
  const data = sums.data.map((sum, at) => {
    const count = counts[Math.floor(at / before.columns)]!
    return count > 0 ? sum / count : before.data[at]!
  })
  return { ...before, data }
}
