/** Weights by the signal-to-noise ratio. @module */
import type { Weighting } from './weighting.ts'

/**
 * Weight SNR of ‖x₀ − x̂₀‖²: ‖ε − ε̂‖², whatever the network predicts.
 *
 * @see Progressive distillation for fast sampling of diffusion models (Salimans and Ho, 2022), section 4 https://arxiv.org/abs/2202.00512
 * @example
 * const network = pointDenoiser({ size: 2, key: key(0) })
 * const model = diffusion({ network, prediction: velocityPrediction(), weighting: snrWeighting() })
 */
export function snrWeighting(): Weighting {
  return { config: { kind: 'snr' }, of: (snr) => snr }
}
