/** Squared Euclidean distances between rows. @module */
import { type Matrix64, rowOf, zeros } from './matrix.ts'

/**
 * `‖xᵢ − xⱼ‖²` of all pairs of rows, from the differences themselves: equal rows are at distance 0 exactly, and codes far
 * from the origin keep their digits, of which `‖xᵢ‖² + ‖xⱼ‖² − 2·xᵢᵀxⱼ` would lose most.
 */
export function squaredDistances(x: Matrix64): Matrix64 {
  const out = zeros(x.rows, x.rows)
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(x, i)
    for (let j = 0; j < i; j++) {
      const value = squaredDistance(row, rowOf(x, j))
      out.data[i * x.rows + j] = value
      out.data[j * x.rows + i] = value
    }
  }
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
