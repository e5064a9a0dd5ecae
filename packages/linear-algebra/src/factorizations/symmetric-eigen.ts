/** Eigenvalues of symmetric matrices. @module */
import { EigenvalueDecomposition } from 'ml-matrix'
import { assertSquare } from '../matrices/assert-size.ts'
import { type Matrix64, zeroMatrix } from '../matrices/matrix.ts'
import { toDense } from './dense.ts'

/** Eigenvalues from the largest to the smallest, and their unit eigenvectors as columns. */
export interface SymmetricEigen {
  readonly values: Float64Array
  readonly vectors: Matrix64
}

/** Decomposes a symmetric matrix: `A = V · diag(values) · Vᵀ`. */
export function symmetricEigen(a: Matrix64): SymmetricEigen {
  assertSquare('symmetricEigen', a)
  const n = a.rows
  const found = new EigenvalueDecomposition(toDense(a), { assumeSymmetric: true })
  const values = new Float64Array(n)
  const vectors = zeroMatrix(n, n)
  const order = found.realEigenvalues.map((_, i) => i)
  order.sort((i, j) => found.realEigenvalues[j]! - found.realEigenvalues[i]!)
  order.forEach((from, to) => {
    values[to] = found.realEigenvalues[from]!
    for (let i = 0; i < n; i++) vectors.data[i * n + to] = found.eigenvectorMatrix.get(i, from)
  })
  return { values, vectors }
}
