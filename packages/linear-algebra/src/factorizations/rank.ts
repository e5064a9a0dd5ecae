/** How many directions rows span. @module */
import type { Matrix64 } from '../matrices/matrix.ts'
import { gram, rowProducts } from '../products/product.ts'
import { pivotedCholesky } from './pivoted-cholesky.ts'

/** float32 codes carry seven digits: of lengths, what is a smaller share of the largest is noise. */
export const rankTolerance = 1e-7

/** The same of squared lengths, which are summed in float64's sixteen digits. */
const noise = 1e-13

/**
 * The numerical rank, by Cholesky factorization with the largest pivot first of the smaller of xᵀx and x·xᵀ: n·d²/2 + d³/6
 * multiplications, where the singular values would take ten times as many.
 */
export function rankOf(x: Matrix64): number {
  return rankOfGram(x.rows < x.columns ? rowProducts(x, x) : gram(x))
}

/** {@link rankOf} from xᵀx or x·xᵀ. */
export function rankOfGram(square: Matrix64): number {
  return pivotedCholesky(square, noise).rows
}
