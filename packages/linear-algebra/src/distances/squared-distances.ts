/** Squared Euclidean distances between rows. @module */
import { type Matrix, type Matrix64, zeroMatrix } from '../matrices/matrix.ts'
import { forEachUpperBlock } from './pairwise.ts'

/**
 * `‖xᵢ − xⱼ‖²` of all pairs of rows, from the differences themselves: equal rows are at distance 0 exactly, and rows far
 * from the origin keep their digits, of which `‖xᵢ‖² + ‖xⱼ‖² − 2·xᵢᵀxⱼ` would lose most.
 */
export function squaredDistances(x: Matrix): Matrix64 {
  const n = x.rows
  const out = zeroMatrix(n, n)
  forEachUpperBlock(x, 'squared', ({ rowStart, rows, columnStart, columns, stride, values }) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = values[i * stride + j]!
        out.data[(rowStart + i) * n + columnStart + j] = value
        out.data[(columnStart + j) * n + rowStart + i] = value
      }
    }
  })
  return out
}

/** `‖a − b‖²`; four sums at once, for a single one waits for each addition. */
export function squaredDistance(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let k = 0
  for (; k + 3 < a.length; k += 4) {
    const p = a[k]! - b[k]!
    const q = a[k + 1]! - b[k + 1]!
    const r = a[k + 2]! - b[k + 2]!
    const s = a[k + 3]! - b[k + 3]!
    s0 += p * p
    s1 += q * q
    s2 += r * r
    s3 += s * s
  }
  for (; k < a.length; k++) s0 += (a[k]! - b[k]!) ** 2
  return s0 + s1 + (s2 + s3)
}
