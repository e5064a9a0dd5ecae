/** The standard normal prior. @module */
import { assertDiagonalNormal, assertInteger, assertShape, normal } from '@gen/backend'
import type { Distribution } from '@gen/model'
import { add, exp, mul, square, sub, sum, type Tensor2D, tidy } from '@tensorflow/tfjs-core'

/** A prior whose KL divergence has a closed form. */
export type ClosedFormPrior = Distribution & Required<Pick<Distribution, 'kl' | 'config'>>

/**
 * Creates `N(0, I)`: `log p(z) = −½ Σ (log 2π + z²)`, `KL(q ‖ p) = ½ Σ (μ² + σ² − 1 − log σ²)`.
 *
 * @param size - Numbers in one vector.
 * @throws GenError `value` or `range` for a size that is no whole number ≥ 1.
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013) https://arxiv.org/abs/1312.6114
 * @example
 * const prior = standardNormal(16)
 * const z = prior.sample(64, key(0))
 */
export function standardNormal(size: number): ClosedFormPrior {
  const where = 'priors.standardNormal'
  assertInteger(where, 'size', size, { min: 1 })
  const constant = -0.5 * size * Math.log(2 * Math.PI)
  return {
    size,
    config: { kind: 'standardNormal', size },
    sample: (count, k) => normal(k, [count, size]) as Tensor2D,
    logProb: (z) => {
      assertShape(`${where}.logProb`, 'z', z, [null, size])
      return tidy(() => sub(constant, mul(sum(square(z), 1), 0.5)))
    },
    kl: (q) => {
      assertDiagonalNormal(`${where}.kl`, q, size)
      return tidy(() => {
        const spread = sub(sub(exp(q.logVariance), q.logVariance), 1)
        return mul(sum(add(square(q.mean), spread), 1), 0.5)
      })
    },
  }
}
