/** Triangular factors of square matrices. @module */
import { LuDecomposition } from 'ml-matrix'
import { assertSquare } from '../matrices/assert-size.ts'
import type { Matrix64 } from '../matrices/matrix.ts'
import { fromDense, toDense } from './dense.ts'

/** `A[order] = L · U`: rows of A in another order, as a product of triangles. */
export interface Lu {
  /** Row i of L·U is row `order[i]` of A. */
  readonly order: readonly number[]
  /** With ones on its diagonal. */
  readonly lower: Matrix64
  /** A zero on its diagonal is that of a singular A. */
  readonly upper: Matrix64
}

/**
 * Factors a square matrix with partial pivoting: each pivot is the largest of its column.
 *
 * @throws GenError `shape` for a matrix that is not square.
 * @example
 * const { order, lower, upper } = lu(matrix([[1, 2], [4, 4]]))
 * order // [1, 0]
 * product(lower, upper).data // [4, 4, 1, 2]
 */
export function lu(a: Matrix64): Lu {
  assertSquare('lu', a)
  const found = new LuDecomposition(toDense(a))
  return {
    order: Array.from(found.pivotPermutationVector),
    lower: fromDense(found.lowerTriangularMatrix),
    upper: fromDense(found.upperTriangularMatrix),
  }
}
