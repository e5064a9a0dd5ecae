/** Least squares, by Cholesky where the columns allow it and by QR where they do not. @module */
import { inArena } from '../arithmetic/arena.ts'
import { copied, placedTransposed } from '../arithmetic/copies.ts'
import { type Grid, rowsAt } from '../arithmetic/kernels.ts'
import { solveTriangular } from '../arithmetic/triangles.ts'
import { cholesky, choleskySolve } from '../factorizations/cholesky.ts'
import { factorQr } from '../factorizations/factor-qr.ts'
import { rankOf, rankOfGram, rankTolerance } from '../factorizations/rank.ts'
import { reflectorRoom, roomForReflectors, timesReflectors } from '../factorizations/reflectors.ts'
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

/** R·W = Qᵀ·y; rows of y that lack are 0. `undefined` where the columns depend on each other. */
function byQr(x: Matrix64, y: Matrix64): Matrix64 | undefined {
  const { rows, columns: n } = x
  if (rows < n) return undefined
  const most = Math.max(n, y.columns)
  return inArena('solveLeastSquares', (rows + n) * (n + y.columns) + roomForReflectors(most), (arena) => {
    const { numbers } = arena
    const room = reflectorRoom(arena, most)
    const { q, r } = factorQr(arena, room, rows, n, placedTransposed(arena, x))
    if (!independent(numbers, n, r)) return undefined
    const turned = rowsAt(arena.takeZeros(rows * y.columns), rows)
    for (let j = 0; j < y.columns; j++) {
      for (let i = 0; i < y.rows; i++) numbers[turned.at + j * rows + i] = y.data[i * y.columns + j]!
    }
    timesReflectors(arena, room, y.columns, turned, q, false)
    const w = rowsAt(arena.take(n * y.columns), y.columns)
    for (let j = 0; j < y.columns; j++) {
      for (let i = 0; i < n; i++) numbers[w.at + i * y.columns + j] = numbers[turned.at + j * rows + i]!
    }
    solveTriangular(arena, true, n, y.columns, r, w)
    return copied(arena, w.at, n, y.columns)
  })
}

/** Whether no pivot of R is rounding beside the largest. */
function independent(numbers: Float64Array, n: number, { at }: Grid): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (let i = 0; i < n; i++) {
    const pivot = Math.abs(numbers[at + i * (n + 1)]!)
    least = Math.min(least, pivot)
    most = Math.max(most, pivot)
  }
  return least > rankTolerance * most
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
  const data = x.data.slice()
  for (let at = 0; at < data.length; at += x.columns) {
    for (let j = 0; j < x.columns; j++) data[at + j]! /= scales[j]!
  }
  return { ...x, data }
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
