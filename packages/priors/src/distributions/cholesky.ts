/** Covariance matrices in float64: factors, and the maps that whiten. @module */
import { refusal } from '@gen/backend'
import { cholesky, forwardSolve, identity, type Matrix64, zeroMatrix } from '@gen/linear-algebra'
import { assertFloats, type Rows, readRows } from './numbers.ts'

/** A covariance Σ = L·Lᵀ in the forms that densities and draws need. */
export interface Factors {
  /** L, lower triangular, rows one after the other. */
  readonly factor: Float64Array
  /** L⁻¹, lower triangular: it makes Σ the identity. */
  readonly whitening: Float64Array
  /** log|Σ| */
  readonly logDet: number
}

/**
 * Factors a symmetric positive definite matrix. Throws a GenError `value` for any other, with the given remedy.
 */
export function factorize(where: string, name: string, covariance: Matrix64, remedy: string): Factors {
  const found = cholesky(covariance)
  const size = covariance.rows
  let logDet = 0
  for (let i = 0; found && i < size; i++) logDet += 2 * Math.log(found.factor.data[i * (size + 1)]!)
  if (!found || !Number.isFinite(logDet)) {
    const got = 'one that is singular or no covariance'
    throw refusal('value', where, { expected: `${name} positive definite`, got, remedy })
  }
  const whitening = forwardSolve(found.factor, identity(size)).data
  return { factor: found.factor.data, whitening, logDet }
}

/**
 * Reads a covariance matrix; throws a GenError `shape` or `value` unless it is square, symmetric and positive definite, `range`
 * where float32 cannot hold its factors.
 */
export function readCovariance(where: string, name: string, rows: Rows, size: number): Factors {
  const read = readRows(where, name, rows, size)
  if (read.length !== size) {
    throw refusal('shape', where, { expected: `${name} of shape [${size}, ${size}]`, got: `[${read.length}, ${size}]` })
  }
  const symmetric = zeroMatrix(size, size)
  let [asymmetry, most, least] = [0, Number.NEGATIVE_INFINITY, 0]
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [value, mirrored] = [read[i]![j]!, read[j]![i]!]
      symmetric.data[i * size + j] = (value + mirrored) * 0.5
      asymmetry = Math.max(asymmetry, value - mirrored)
      most = Math.max(most, value)
      least = Math.min(least, value)
    }
  }
  // Given as float32, the two halves may differ by a rounding.
  const allowed = 1e-5 * (most - least)
  if (asymmetry > allowed) {
    throw refusal('value', where, {
      expected: `${name} symmetric`,
      got: `halves that differ by ${asymmetry}`,
      remedy: 'pass (Σ + Σᵀ)/2',
    })
  }
  const factors = factorize(where, name, symmetric, 'raise its diagonal')
  assertFloats(where, `${name}’s factor`, factors.factor)
  assertFloats(where, `${name}’s inverse factor`, factors.whitening)
  return factors
}
