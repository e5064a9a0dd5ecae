/** The network's output counts the same at every level. @module */
import type { Weighting } from './weighting.ts'

/**
 * Weight 1 of the network's own output: DDPM's simple loss for `noisePrediction()`, flow matching's for `flowPrediction()`.
 *
 * @see Denoising diffusion probabilistic models (Ho et al., 2020), eq. 14 https://arxiv.org/abs/2006.11239
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), weighting: plainWeighting() })
 */
export function plainWeighting(): Weighting {
  return { config: { kind: 'plain' } }
}
