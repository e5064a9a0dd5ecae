/** Orthonormal columns of a matrix. @module */
import { refusal } from '@gen/backend'
import { QrDecomposition } from 'ml-matrix'
import type { Matrix64 } from '../matrices/matrix.ts'
import { fromDense, toDense } from './dense.ts'

/** `A = Q · R`. */
export interface Qr {
  /** Orthonormal columns, as many as A has. */
  readonly q: Matrix64
  /** Upper triangle; a zero on its diagonal is that of columns that depend on each other. */
  readonly r: Matrix64
}

/**
 * Factors a matrix by Householder reflections.
 *
 * @throws GenError `shape` for a matrix with fewer rows than columns.
 * @example
 * const { q, r } = qr(matrix([[3, 1], [4, 2]]))
 * product(q, r).data // [3, 1, 4, 2]
 */
export function qr(a: Matrix64): Qr {
  if (a.rows < a.columns) {
    const [expected, got] = ['at least as many rows as columns', `${a.rows} × ${a.columns}`]
    throw refusal('shape', 'linearAlgebra.qr', { expected, got, remedy: 'pass transposed(a)' })
  }
  const found = new QrDecomposition(toDense(a))
  return { q: fromDense(found.orthogonalMatrix), r: fromDense(found.upperTriangularMatrix) }
}
