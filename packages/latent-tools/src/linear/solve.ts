/** Least squares, by Cholesky where the columns allow it and by QR where they do not. @module */
import { GenError } from '@gen/backend'
import { Matrix as Dense, QrDecomposition } from 'ml-matrix'
import { cholesky, choleskySolve } from './cholesky.ts'
import { identity, type Matrix64, rowOf, zeros } from './matrix.ts'
import { crossProduct, gram, outerProduct } from './product.ts'
import { rankOf, rankOfGram } from './rank.ts'

/** float32 codes carry seven digits: what is a smaller share of the largest is noise. */
export const rankTolerance = 1e-7

/** Below this share of pivots the normal equations would lose more digits than float32 codes have. */
const choleskyQuality = 1e-4

/**
 * W of the smallest `‖x·W − y‖² + ridge·‖W‖²`.
 *
 * Without ridge the columns are brought to one length first, so that the units of a column change nothing but its weights.
 *
 * @throws GenError `value` for rank-deficient x without ridge, with the rank and what to do.
 */
export function leastSquares(where: string, x: Matrix64, y: Matrix64, ridge = 0): Matrix64 {
  if (ridge > 0) return ridgeRegression(where, x, y, ridge).weights
  const scales = powersOfTwo(x)
  const scaled = divided(x, scales)
  const weights = byNormalEquations(where, scaled, y, gram(scaled), 0)
  for (let i = 0; i < weights.rows; i++) {
    const row = rowOf(weights, i)
    for (let j = 0; j < row.length; j++) row[j]! /= scales[i]!
  }
  return weights
}

/** {@link leastSquares} with ridge, and how many directions the rows of x span. */
export function ridgeRegression(
  where: string,
  x: Matrix64,
  y: Matrix64,
  ridge: number,
): { weights: Matrix64; rank: number } {
  // With fewer points than dimensions, `xᵀ(x·xᵀ + ridge)⁻¹·y` is the same and a smaller system.
  const dual = x.rows < x.columns
  const square = dual ? outerProduct(x, x) : gram(x)
  const rank = rankOfGram(square)
  return { weights: dual ? byDual(x, y, square, ridge) : byNormalEquations(where, x, y, square, ridge), rank }
}

function byNormalEquations(where: string, x: Matrix64, y: Matrix64, normal: Matrix64, ridge: number): Matrix64 {
  for (let i = 0; i < x.columns; i++) normal.data[i * x.columns + i]! += ridge
  const factor = cholesky(normal)
  if (factor && factor.quality > choleskyQuality) return choleskySolve(factor, crossProduct(x, y))
  return byQr(where, ridge > 0 ? stacked(x, identity(x.columns), Math.sqrt(ridge)) : x, y, x)
}

function byDual(x: Matrix64, y: Matrix64, square: Matrix64, ridge: number): Matrix64 {
  // Where rounding hides so small a ridge, the least that float64 can tell apart stands for it.
  const least = Number.EPSILON * x.rows * square.data.reduce((most, value) => Math.max(most, value), 0)
  for (let i = 0; i < x.rows; i++) square.data[i * x.rows + i]! += Math.max(ridge, least)
  return crossProduct(x, choleskySolve(cholesky(square)!, y))
}

function byQr(where: string, x: Matrix64, y: Matrix64, given: Matrix64): Matrix64 {
  const qr = new QrDecomposition(dense(x))
  const r = qr.upperTriangularMatrix
  const pivots = Array.from({ length: x.columns }, (_, i) => Math.abs(r.get(i, i)))
  if (!(Math.min(...pivots) > rankTolerance * Math.max(...pivots))) {
    const rank = rankOf(given)
    throw new GenError(
      'value',
      `${where}: expected support points that span all ${given.columns} dimensions of the first space, got rank ${rank}; pass method: 'ridge' or 'pls', or choose more varied points`,
      { details: { rank, dimensions: given.columns } },
    )
  }
  const padded = x.rows > y.rows ? { ...y, rows: x.rows, data: extend(y.data, x.rows * y.columns) } : y
  return fromDense(qr.solve(dense(padded)))
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
  const out = zeros(x.rows + below.rows, x.columns)
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

function dense({ rows, columns, data }: Matrix64): Dense {
  return Dense.from1DArray(rows, columns, data as unknown as number[])
}

function fromDense(matrix: Dense): Matrix64 {
  return { rows: matrix.rows, columns: matrix.columns, data: Float64Array.from(matrix.to1DArray()) }
}
