/** Least squares, by Cholesky where the columns allow it and by QR where they do not. @module */
import { GenError } from '@gen/backend'
import { Matrix as Dense, QrDecomposition } from 'ml-matrix'
import { cholesky, choleskySolve } from './cholesky.ts'
import { identity, type Matrix64, zeros } from './matrix.ts'
import { crossProduct, gram, outerProduct } from './product.ts'
import { svd } from './svd.ts'

/** float32 codes carry seven digits: singular values below this share of the largest are noise. */
export const rankTolerance = 1e-7

/** Below this share of pivots the normal equations would lose more digits than float32 codes have. */
const choleskyQuality = 1e-4

/** Number of singular values above {@link rankTolerance} of the largest. */
export function rankOf(a: Matrix64): number {
  const { values } = svd(a)
  return values.filter((value) => value > rankTolerance * values[0]!).length
}

/**
 * W of the smallest `‖x·W − y‖² + ridge·‖W‖²`.
 *
 * @throws GenError `value` for rank-deficient x without ridge, with the rank and what to do.
 */
export function leastSquares(where: string, x: Matrix64, y: Matrix64, ridge = 0): Matrix64 {
  if (ridge > 0 && x.rows < x.columns) return byDual(x, y, ridge)
  const normal = gram(x)
  for (let i = 0; i < x.columns; i++) normal.data[i * x.columns + i]! += ridge
  const factor = cholesky(normal)
  if (factor && factor.quality > choleskyQuality) return choleskySolve(factor, crossProduct(x, y))
  return byQr(where, ridge > 0 ? stacked(x, identity(x.columns), Math.sqrt(ridge)) : x, y, x)
}

/** With fewer points than dimensions, `xᵀ(x·xᵀ + ridge)⁻¹·y` is the same and a smaller system. */
function byDual(x: Matrix64, y: Matrix64, ridge: number): Matrix64 {
  const square = outerProduct(x, x)
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
