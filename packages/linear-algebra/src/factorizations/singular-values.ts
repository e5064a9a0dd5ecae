/** Singular values without their vectors. @module */
import { SVD } from 'ml-matrix'
import type { Matrix64 } from '../matrices/matrix.ts'
import { toDense } from './dense.ts'

/**
 * The singular values, from the largest to the smallest, by Golub and Kahan's bidiagonalization: a fraction of the time of
 * `svd`, to the last digits of the largest one.
 */
export function singularValues(a: Matrix64): Float64Array {
  if (a.rows === 0 || a.columns === 0) return new Float64Array(0)
  const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true }
  return Float64Array.from(new SVD(toDense(a), options).diagonal)
}
