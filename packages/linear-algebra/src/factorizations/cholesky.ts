/** Symmetric positive definite systems. @module */
import { assertSize, assertSquare } from '../matrices/assert-size.ts'
import { type Matrix64, rowOf, zeroMatrix } from '../matrices/matrix.ts'
import { dotFrom } from '../products/dot-product.ts'

/** The factor L of `A = L·Lᵀ`, and how well it can be relied on. */
export interface Cholesky {
  readonly factor: Matrix64
  /** (smallest pivot ÷ largest pivot) of L: its square root's scale; about 1/√condition of A, never below it. */
  readonly quality: number
}

/** Factors a symmetric matrix; `undefined` where it is not positive definite in float64. */
export function cholesky(a: Matrix64): Cholesky | undefined {
  assertSquare('cholesky', a)
  const n = a.rows
  const factor = zeroMatrix(n, n)
  const l = factor.data
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (let i = 0; i < n; i++) {
    const row = i * n
    for (let j = 0; j < i; j++) l[row + j] = (a.data[row + j]! - dotFrom(l, row, l, j * n, j)) / l[j * n + j]!
    const pivot = a.data[row + i]! - dotFrom(l, row, l, row, i)
    if (!(pivot > 0)) return undefined
    const root = Math.sqrt(pivot)
    l[row + i] = root
    least = Math.min(least, root)
    most = Math.max(most, root)
  }
  return { factor, quality: least / most }
}

/** Solves `L·Lᵀ·x = b` for every column of b. */
export function choleskySolve({ factor }: Cholesky, b: Matrix64): Matrix64 {
  const n = factor.rows
  const x = forwardSolve(factor, b)
  for (let i = n - 1; i >= 0; i--) {
    const row = rowOf(x, i)
    for (let k = i + 1; k < n; k++) subtract(row, rowOf(x, k), factor.data[k * n + i]!)
    scale(row, 1 / factor.data[i * n + i]!)
  }
  return x
}

/** {@link choleskySolve} of a single vector, along the rows of L. */
export function choleskySolveVector({ factor }: Cholesky, b: Float64Array): Float64Array {
  const n = factor.rows
  const l = factor.data
  const x = b.slice()
  for (let i = 0; i < n; i++) x[i] = (x[i]! - dotFrom(l, i * n, x, 0, i)) / l[i * n + i]!
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / l[i * n + i]!
    x[i] = value
    for (let k = 0; k < i; k++) x[k]! -= value * l[i * n + k]!
  }
  return x
}

/** Solves `L·x = b` for every column of b: whitening by the factor. */
export function forwardSolve(factor: Matrix64, b: Matrix64): Matrix64 {
  assertSquare('forwardSolve', factor)
  assertSize('forwardSolve', 'rows of b, as the factor has', factor.rows, b.rows)
  const n = factor.rows
  const x: Matrix64 = { ...b, data: b.data.slice() }
  for (let i = 0; i < n; i++) {
    const row = rowOf(x, i)
    for (let k = 0; k < i; k++) subtract(row, rowOf(x, k), factor.data[i * n + k]!)
    scale(row, 1 / factor.data[i * n + i]!)
  }
  return x
}

function subtract(row: Float64Array, other: Float64Array, factor: number): void {
  if (factor === 0) return
  for (let j = 0; j < row.length; j++) row[j]! -= factor * other[j]!
}

function scale(row: Float64Array, factor: number): void {
  for (let j = 0; j < row.length; j++) row[j]! *= factor
}
