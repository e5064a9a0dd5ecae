/** Covariance matrices in float64: factors, and the maps that whiten. @module */
import { GenError } from '@gen/backend'
import { CholeskyDecomposition, Matrix, solve } from 'ml-matrix'
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
export function factorize(where: string, name: string, covariance: Matrix, remedy: string): Factors {
  const cholesky = new CholeskyDecomposition(covariance)
  const lower = cholesky.lowerTriangularMatrix
  const diagonal = lower.diagonal()
  if (!cholesky.isPositiveDefinite() || diagonal.some((value) => !(value > 0 && Number.isFinite(value)))) {
    const got = `a smallest pivot of ${Math.min(...diagonal)}`
    throw new GenError('value', `${where}: expected ${name} positive definite, got ${got}; ${remedy}`)
  }
  const whitening = solve(lower, Matrix.eye(covariance.rows))
  return {
    factor: Float64Array.from(lower.to1DArray()),
    whitening: Float64Array.from(whitening.to1DArray()),
    logDet: 2 * diagonal.reduce((total, value) => total + Math.log(value), 0),
  }
}

/**
 * Reads a covariance matrix; throws a GenError `shape` or `value` unless it is square, symmetric and positive definite, `range`
 * where float32 cannot hold its factors.
 */
export function readCovariance(where: string, name: string, rows: Rows, size: number): Factors {
  const read = readRows(where, name, rows, size)
  if (read.length !== size) {
    throw new GenError('shape', `${where}: expected ${name} of shape [${size}, ${size}], got [${read.length}, ${size}]`)
  }
  const given = new Matrix(read.map((row) => [...row]))
  // Given as float32, the two halves may differ by a rounding.
  const allowed = 1e-5 * (given.max() - Math.min(0, given.min()))
  const asymmetry = Matrix.sub(given, given.transpose()).max()
  if (asymmetry > allowed) {
    const message = `${where}: expected ${name} symmetric, got halves that differ by ${asymmetry}`
    throw new GenError('value', `${message}; pass (Σ + Σᵀ)/2`)
  }
  const factors = factorize(where, name, Matrix.add(given, given.transpose()).mul(0.5), 'raise its diagonal')
  assertFloats(where, `${name}’s factor`, factors.factor)
  assertFloats(where, `${name}’s inverse factor`, factors.whitening)
  return factors
}
