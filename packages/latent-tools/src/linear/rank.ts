/** How many directions rows span. @module */
import type { Matrix64 } from './matrix.ts'
import { gram, outerProduct } from './product.ts'

/**
 * Squared lengths below this share of the largest are noise: float32 codes carry seven digits, and their squares are
 * summed in float64, which carries sixteen.
 */
const noise = 1e-13

/**
 * The numerical rank, by Cholesky factorization with the largest pivot first of the smaller of xᵀx and x·xᵀ: n·d²/2 + d³/6
 * multiplications, where the singular values would take ten times as many.
 */
export function rankOf(x: Matrix64): number {
  return rankOfGram(x.rows < x.columns ? outerProduct(x, x) : gram(x))
}

/** {@link rankOf} from xᵀx or x·xᵀ. */
export function rankOfGram(square: Matrix64): number {
  const n = square.rows
  const left = Float64Array.from({ length: n }, (_, i) => square.data[i * n + i]!)
  const largest = left.reduce((most, value) => Math.max(most, value), 0)
  const factors: Float64Array[] = []
  for (let rank = 0; rank < n; rank++) {
    const pivot = left.reduce((best, value, i) => (value > left[best]! ? i : best), 0)
    const value = left[pivot]!
    if (!(value > noise * largest)) return rank
    const column = square.data.slice(pivot * n, (pivot + 1) * n)
    for (const factor of factors) {
      const along = factor[pivot]!
      for (let i = 0; i < n; i++) column[i]! -= along * factor[i]!
    }
    const root = Math.sqrt(value)
    for (let i = 0; i < n; i++) {
      column[i]! /= root
      left[i]! -= column[i]! * column[i]!
    }
    factors.push(column)
  }
  return n
}
