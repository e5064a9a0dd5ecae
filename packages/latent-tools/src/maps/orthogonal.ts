/** The orthogonal matrix nearest to another. @module */
import { type Matrix64, rankTolerance, rowOf, rowProducts, svd, zeroMatrix } from '@gen/linear-algebra'

/** An orthogonal matrix, and the sum of the singular values of what it is nearest to. */
export interface Polar {
  readonly orthogonal: Matrix64
  readonly nuclear: number
  /** Singular values that are 0 to the digits of float32: so many directions the matrix leaves open. */
  readonly open: number
}

/**
 * `U·Vᵀ` of the singular value decomposition. For a matrix that is not square its rows (or columns, whichever are fewer)
 * are orthonormal: what filling the smaller space up with zeros and cutting the result gives.
 */
export function polar(m: Matrix64): Polar {
  const { u, values, v } = svd(m)
  const nuclear = values.reduce((sum, value) => sum + value, 0)
  const open = values.filter((value) => !(value > rankTolerance * values[0]!)).length
  return { orthogonal: rowProducts(u, v), nuclear, open }
}

/** A matrix times a number. */
export function times(matrix: Matrix64, factor: number): Matrix64 {
  const out = zeroMatrix(matrix.rows, matrix.columns)
  for (let i = 0; i < matrix.rows; i++) rowOf(out, i).set(rowOf(matrix, i).map((value) => value * factor))
  return out
}
