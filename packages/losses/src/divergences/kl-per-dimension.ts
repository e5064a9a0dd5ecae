/** KL divergence to the standard normal, dimension by dimension. @module */
import { assertDiagonalNormal, assertNumber, assertRank, withoutGradient } from '@gen/backend'
import type { DiagonalNormal } from '@gen/model'
import {
  add,
  cast,
  exp,
  greater,
  mean,
  mul,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core'

/**
 * `KL(q_j ‖ N(0, 1)) = ½ (μ_j² + σ_j² − 1 − log σ_j²)` of each row and dimension, in nats. Their sum over dimensions is
 * the VAE's KL term; their means over data show which dimensions are in use.
 *
 * @returns `[batch, size]`
 * @throws GenError `shape` where mean and log-variance differ in shape.
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013), appendix B https://arxiv.org/abs/1312.6114
 * @example
 * const nats = sum(klPerDimension(q), 1)
 */
export function klPerDimension(q: DiagonalNormal): Tensor2D {
  assertDiagonalNormal('losses.klPerDimension', q)
  return tidy(() => {
    const spread = sub(sub(exp(q.logVariance), q.logVariance), 1)
    return mul(add(square(q.mean), spread), 0.5)
  })
}

/**
 * Free bits: a dimension whose mean KL over the batch is below `nats` costs `nats` and feels no pull to the prior, so it is
 * not collapsed in the first steps. The mean over the batch of the result is `Σ_j max(nats, mean_i KL_ij)`.
 *
 * @param klPerDimension - `[batch, size]`, as from {@link klPerDimension}.
 * @param nats - λ, at least 0.
 * @returns `[batch]`
 * @throws GenError `shape` for another rank, `range` for nats below 0.
 * @see Improved variational inference with inverse autoregressive flow (Kingma et al., 2016), section 3.3
 * https://arxiv.org/abs/1606.04934
 * @example
 * const loss = mean(freeBits(klPerDimension(q), 0.1))
 */
export function freeBits(klPerDimension: Tensor2D, nats: number): Tensor1D {
  assertRank('losses.freeBits', 'klPerDimension', klPerDimension, 2)
  assertNumber('losses.freeBits', 'nats', nats, { min: 0 })
  return tidy(() => {
    const paying = withoutGradient(() => cast(greater(mean(klPerDimension, 0, true), nats), 'float32'))
    return sum(add(mul(klPerDimension, paying), mul(sub(1, paying), nats)), 1)
  })
}
