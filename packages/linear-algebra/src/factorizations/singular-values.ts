/** Singular values without their vectors. @module */
import { type Matrix64, transposed } from '../matrices/matrix.ts'
import { reduced } from './reduced.ts'
import { scaleOf } from './scale.ts'

/**
 * The singular values, from the largest to the smallest, in a fraction of the time of `svd`, to the last digits of the
 * largest one. All are NaN where a number of the matrix is not finite.
 */
export function singularValues(a: Matrix64): Float64Array {
  const matrix = a.rows < a.columns ? transposed(a) : a
  const scale = scaleOf(a)
  if (scale === undefined) return new Float64Array(matrix.columns).fill(Number.NaN)
  return reduced('singularValues', { matrix, scale, wanted: 'values' }, ({ found, unit }) =>
    found.values.map((value) => value * unit).reverse(),
  )
}
