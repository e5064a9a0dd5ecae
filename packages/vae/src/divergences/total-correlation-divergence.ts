/** The KL divergence taken apart: mutual information, total correlation, and each variable's own. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import { totalCorrelation } from '@gen/losses'
import { add, addN, mul } from '@tensorflow/tfjs-core'
import { type Divergence, reconstruction } from './divergence.ts'

/** Options of {@link totalCorrelationDivergence}. */
export interface TotalCorrelationDivergenceOptions {
  /** Items in the training set. */
  datasetSize: number
  /** Weight of the mutual information of data and codes. @default 1 */
  alpha?: number
  /** Weight of the total correlation, which makes variables independent. @default 6 */
  beta?: number
  /** Weight of the variables' own divergences to the prior. @default 1 */
  gamma?: number
}

/**
 * `E[−log p(x|z)] + α·I(x; z) + β·TC(z) + γ·Σ KL(q(z_j) ‖ p(z_j))`, estimated within the batch. With all weights 1 it is the
 * one-draw estimate of the KL divergence. For the standard normal prior.
 *
 * @throws GenError `range` or `value` for options.
 * @see Isolating sources of disentanglement in VAEs (Chen et al., 2018) https://arxiv.org/abs/1802.04942
 * @example
 * const divergence = totalCorrelationDivergence({ datasetSize: 60_000, beta: 6 })
 */
export function totalCorrelationDivergence({
  datasetSize,
  alpha = 1,
  beta = 6,
  gamma = 1,
}: TotalCorrelationDivergenceOptions): Divergence {
  const where = 'vae.totalCorrelationDivergence'
  assertInteger(where, 'datasetSize', datasetSize, { min: 1 })
  for (const [name, value] of Object.entries({ alpha, beta, gamma })) assertNumber(where, name, value, { min: 0 })
  return {
    config: { kind: 'totalCorrelation', datasetSize, alpha, beta, gamma },
    density: true,
    loss: (pass) => {
      const error = reconstruction(pass)
      const parts = totalCorrelation(pass.z, pass.q, { datasetSize })
      const { mutualInformation, totalCorrelation: correlation, dimensionWise } = parts
      const weighted = [mul(mutualInformation, alpha), mul(correlation, beta), mul(dimensionWise, gamma)]
      const kl = addN([mutualInformation, correlation, dimensionWise])
      return { total: add(error, addN(weighted)), reconstruction: error, kl, ...parts }
    },
  }
}
