/** Products of matrices with single vectors, row by row. @module */
import { type Matrix64, rowOf } from '../matrices/matrix.ts'
import { dotProduct } from './dot-product.ts'

/** `m·v`. */
export function times(m: Matrix64, v: Float64Array): Float64Array {
  return Float64Array.from({ length: m.rows }, (_, i) => dotProduct(rowOf(m, i), v))
}

/** `mᵀ·v`; rows that v weighs with 0 cost nothing. */
export function timesTransposed(m: Matrix64, v: Float64Array): Float64Array {
  const out = new Float64Array(m.columns)
  for (let i = 0; i < m.rows; i++) if (v[i] !== 0) addTo(out, rowOf(m, i), v[i]!)
  return out
}

/** Adds a multiple of a vector to another. */
export function addTo(sum: Float64Array, vector: Float64Array, factor: number): void {
  for (let k = 0; k < sum.length; k++) sum[k]! += factor * vector[k]!
}
