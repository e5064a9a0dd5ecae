/** Least squares, by Cholesky where the columns allow it and by QR where they do not. @module */
import { QrDecomposition } from 'ml-matrix'
import { cholesky, choleskySolve } from '../factorizations/cholesky.ts'
import { fromDense, toDense } from '../factorizations/dense.ts'
import { rankOf, rankOfGram, rankTolerance } from '../factorizations/rank.ts'
import { assertSize } from '../matrices/assert-size.ts'
import { identity, type Matrix64, rowOf, zeroMatrix } from '../matrices/matrix.ts'
import { crossProduct, gram, rowProducts } from '../products/product.ts'

/** Below this share of pivots the normal equations would lose more digits than float32 codes have. */
const choleskyQuality = 1e-4

/** A solution, and what it rests on. */
export interface Solution {
  /** W `[columns of x, columns of y]`; `undefined` where the columns of x depend on each other, and no W is the smallest. */
  readonly weights: Matrix64 | undefined
  /** How many directions the rows of x span. */
  readonly rank: number
}

/**
 * W of the smallest `‖x·W − y‖²`.
 *
 * The columns are brought to one length first, so that the units of a column change nothing but its weights.
 *
 * @throws GenError `shape` for different numbers of rows.
 */
export function solveLeastSquares(x: Matrix64, y: Matrix64): Solution {
  assertSize('solveLeastSquares', 'rows of y, as x has', x.rows, y.rows)
  const scales = powersOfTwo(x)
  const scaled = divided(x, scales)
  const weights = byNormalEquations(scaled, y, gram(scaled)) ?? byQr(scaled, y)
  if (!weights) return { weights, rank: rankOf(scaled) }
  for (let i = 0; i < weights.rows; i++) {
    const row = rowOf(weights, i)
    for (let j = 0; j < row.length; j++) row[j]! /= scales[i]!
  }
  return { weights, rank: x.columns }
}

/**
 * W of the smallest `‖x·W − y‖² + ridge·‖W‖²` with a ridge above 0; there is one but where rounding hides so small a ridge.
 *
 * @throws GenError `shape` for different numbers of rows.
 */
export function ridgeRegression(x: Matrix64, y: Matrix64, ridge: number): Solution {
  assertSize('ridgeRegression', 'rows of y, as x has', x.rows, y.rows)
  // With fewer rows than columns, `xᵀ(x·xᵀ + ridge)⁻¹·y` is the same and a smaller system.
  const dual = x.rows < x.columns
  const square = dual ? rowProducts(x, x) : gram(x)
  const rank = rankOfGram(square)
  if (dual) return { weights: byDual(x, y, square, ridge), rank }
  for (let i = 0; i < x.columns; i++) square.data[i * x.columns + i]! += ridge
  const weights = byNormalEquations(x, y, square) ?? byQr(stacked(x, identity(x.columns), Math.sqrt(ridge)), y)
  return { weights, rank }
}

function byNormalEquations(x: Matrix64, y: Matrix64, normal: Matrix64): Matrix64 | undefined {
  const factor = cholesky(normal)
  return factor && factor.quality > choleskyQuality ? choleskySolve(factor, crossProduct(x, y)) : undefined
}

function byDual(x: Matrix64, y: Matrix64, square: Matrix64, ridge: number): Matrix64 {
  // Where rounding hides so small a ridge, the least that float64 can tell apart stands for it.
  const least = Number.EPSILON * x.rows * square.data.reduce((most, value) => Math.max(most, value), 0)
  for (let i = 0; i < x.rows; i++) square.data[i * x.rows + i]! += Math.max(ridge, least)
  return crossProduct(x, choleskySolve(cholesky(square)!, y))
}

function byQr(x: Matrix64, y: Matrix64): Matrix64 | undefined {
  const qr = new QrDecomposition(toDense(x))
  const r = qr.upperTriangularMatrix
  const pivots = Array.from({ length: x.columns }, (_, i) => Math.abs(r.get(i, i)))
  if (!(Math.min(...pivots) > rankTolerance * Math.max(...pivots))) return undefined
  const padded = x.rows > y.rows ? { ...y, rows: x.rows, data: extend(y.data, x.rows * y.columns) } : y
  return fromDense(qr.solve(toDense(padded)))
}

/** The power of two nearest to each column's length: dividing by it rounds nothing. */
function powersOfTwo(x: Matrix64): Float64Array {
  const squares = new Float64Array(x.columns)
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(x, i)
    for (let j = 0; j < row.length; j++) squares[j]! += row[j]! * row[j]!
  }
  return squares.map((square) => (square > 0 ? 2 ** Math.round(Math.log2(square) / 2) : 1))
}

function divided(x: Matrix64, scales: Float64Array): Matrix64 {
  return { ...x, data: x.data.map((value, at) => value / scales[at % x.columns]!) }
}

function stacked(x: Matrix64, below: Matrix64, factor: number): Matrix64 {
  const out = zeroMatrix(x.rows + below.rows, x.columns)
  out.data.set(x.data)
  out.data.set(
    below.data.map((value) => value * factor),
    x.data.length,
  )
  return out
}

function extend(data: Float64Array, length: number): Float64Array {
  const out = new Float64Array(length)
  out.set(data)
  return out
}
