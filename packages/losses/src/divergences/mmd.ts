/** Maximum mean discrepancy between two sets of latent vectors, as a loss. @module */
import { assertNumber, assertRank, assertShape, refusal } from '@gen/backend'
import {
  add,
  addN,
  div,
  exp,
  mean,
  mul,
  type Scalar,
  scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core'
import { squaredDistances } from './squared-distances.ts'

/** Options of {@link mmdLoss}. */
export interface MmdLossOptions {
  /** `'rbf'`: exp(−‖x − y‖²/C), `'imq'`: C/(C + ‖x − y‖²). @default 'imq' */
  kernel?: 'rbf' | 'imq'
  /** Factors of C; the kernel is the sum over them. @default [0.1, 0.2, 0.5, 1, 2, 5, 10] */
  scales?: readonly number[]
  /** σ of the prior, in C = scale · 2 · size · σ². @default 1 */
  deviation?: number
  /** `'unbiased'` leaves out pairs of a vector with itself and may be below 0; `'biased'` is a squared norm. @default 'unbiased' */
  estimator?: 'unbiased' | 'biased'
}

/** Those of the Wasserstein autoencoder. */
const usual: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 5, 10]

/**
 * Squared maximum mean discrepancy `E k(x, x′) + E k(y, y′) − 2 E k(x, y)`: how far codes x are from draws y of the prior.
 * Differentiable in both, and exact far from the origin. `C = 2·size·σ²` is the mean squared distance of two draws from
 * N(0, σ²I).
 *
 * @param x - `[n, size]`
 * @param y - `[m, size]`
 * @throws GenError `shape` for different sizes or fewer than 2 rows, `range` or `value` for options out of range.
 * @see Wasserstein auto-encoders (Tolstikhin et al., 2018) https://arxiv.org/abs/1711.01558
 * @see A kernel two-sample test (Gretton et al., 2012) https://jmlr.org/papers/v13/gretton12a.html
 * @example
 * const loss = mmdLoss(codes, prior.sample(64, key(0)), { kernel: 'imq' })
 */
export function mmdLoss(
  x: Tensor2D,
  y: Tensor2D,
  { kernel = 'imq', scales = usual, deviation = 1, estimator = 'unbiased' }: MmdLossOptions = {},
): Scalar {
  const where = 'losses.mmd'
  assertSets(where, x, y)
  assertNumber(where, 'deviation', deviation, { exclusiveMin: 0 })
  if (scales.length === 0) throw refusal('value', where, { expected: 'at least one scale', got: 'none' })
  for (const scale of scales) assertNumber(where, 'scale', scale, { exclusiveMin: 0 })
  if (kernel !== 'rbf' && kernel !== 'imq') {
    throw refusal('value', where, { expected: "kernel 'rbf' or 'imq'", got: JSON.stringify(kernel) })
  }
  const unit = Math.sqrt(2 * x.shape[1]) * deviation
  const values = (squares: Tensor) =>
    addN(scales.map((scale) => (kernel === 'rbf' ? exp(mul(squares, -1 / scale)) : div(scale, add(squares, scale)))))
  const within = (set: Tensor2D) => {
    const rows = set.shape[0]
    const all = sum(values(squaredDistances(set, set, unit)))
    // k(x, x) is 1 at each scale.
    if (estimator === 'biased') return div(all, rows * rows)
    return div(sub(all, scalar(rows * scales.length)), rows * (rows - 1))
  }
  return tidy(() => {
    const between = mean(values(squaredDistances(x, y, unit)))
    return sub(add(within(x), within(y)), mul(between, 2))
  })
}

function assertSets(where: string, x: Tensor2D, y: Tensor2D): void {
  assertRank(where, 'x', x, 2)
  assertShape(where, 'y', y, [null, x.shape[1]])
  if (Math.min(x.shape[0], y.shape[0]) >= 2) return
  throw refusal('shape', where, { expected: 'at least 2 rows in x and y', got: `${x.shape[0]} and ${y.shape[0]}` })
}
