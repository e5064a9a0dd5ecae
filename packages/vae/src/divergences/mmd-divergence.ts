/** The maximum mean discrepancy of codes and prior. @module */
import { assertNumber } from '@gen/backend'
import { mmdLoss } from '@gen/losses'
import { add, mul } from '@tensorflow/tfjs-core'
import { type Divergence, reconstruction } from './divergence.ts'

/** Options of {@link mmdDivergence}. */
export interface MmdDivergenceOptions {
  /** Weight λ. @default 100 */
  weight?: number
  /** @default 'imq' */
  kernel?: 'rbf' | 'imq'
}

/**
 * `E[−log p(x|z)] + λ · MMD²(q(z), p(z))`: the batch's codes as a whole are held to the prior, not each on its own. Needs
 * batches large enough to stand for the data, 100 or more.
 *
 * @throws GenError `range` for a negative weight; in training, as `mmd` of `@gen/losses`.
 * @see Wasserstein auto-encoders (Tolstikhin et al., 2018) https://arxiv.org/abs/1711.01558
 * @example
 * const divergence = mmdDivergence({ weight: 100 })
 */
export function mmdDivergence({ weight = 100, kernel = 'imq' }: MmdDivergenceOptions = {}): Divergence {
  assertNumber('vae.mmdDivergence', 'weight', weight, { min: 0 })
  return {
    config: { kind: 'mmd', weight, kernel },
    density: false,
    loss: (pass) => {
      const error = reconstruction(pass)
      const distance = mmdLoss(pass.z, pass.prior.sample(pass.batch * pass.draws, pass.key), { kernel })
      return { total: add(error, mul(distance, weight)), reconstruction: error, mmd: distance }
    },
  }
}
