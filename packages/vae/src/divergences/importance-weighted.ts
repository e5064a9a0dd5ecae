/** The importance-weighted bound. @module */
import { assertInteger } from '@gen/backend'
import { logProbOf } from '@gen/priors'
import { logSumExp, mean, neg, reshape, type Scalar, sub } from '@tensorflow/tfjs-core'
import { type Divergence, reconstruction } from './divergence.ts'

/** Options of {@link importanceWeighted}. */
export interface ImportanceWeightedOptions {
  /** Codes drawn for each item, K. @default 5 */
  draws?: number
}

/**
 * `−E log (1/K) Σ_k p(x|z_k) p(z_k) / q(z_k|x)`: a bound on log p(x) that rises to it with K; the ELBO for K = 1.
 *
 * @throws GenError `range` or `value` for draws below 1.
 * @see Importance weighted autoencoders (Burda et al., 2016) https://arxiv.org/abs/1509.00519
 * @example
 * const divergence = importanceWeighted({ draws: 5 })
 */
export function importanceWeighted({ draws = 5 }: ImportanceWeightedOptions = {}): Divergence {
  assertInteger('vae.importanceWeighted', 'draws', draws, { min: 1 })
  return {
    config: { kind: 'importanceWeighted', draws },
    density: true,
    draws,
    loss: (pass) => {
      const { logLikelihood, q, z, prior, batch } = pass
      const rate = sub(logProbOf(q, z), prior.logProb(z))
      const logWeights = reshape(sub(logLikelihood, rate), [draws, batch])
      const bound = sub(mean(logSumExp(logWeights, 0)), Math.log(draws))
      return { total: neg(bound) as Scalar, reconstruction: reconstruction(pass), kl: mean(rate) }
    },
  }
}
