/** Weights by the signal-to-noise ratio, up to a bound. @module */
import { assertNumber } from '@gen/backend'
import { minimum } from '@tensorflow/tfjs-core'
import type { Weighting } from './weighting.ts'

/** Options of {@link minSnrWeighting}. */
export interface MinSnrWeightingOptions {
  /** The largest weight. @default 5 */
  gamma?: number
}

/**
 * Weight `min(SNR, γ)` of ‖x₀ − x̂₀‖², so that levels with next to no noise do not rule the gradient: `min(SNR, γ)/SNR` of ε's loss,
 * `min(SNR, γ)/(SNR + 1)` of v's.
 *
 * @throws GenError `range` unless 0 < gamma ≤ 10⁶.
 * @see Efficient diffusion training via min-SNR weighting strategy (Hang et al., 2023) https://arxiv.org/abs/2303.09556
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), weighting: minSnrWeighting() })
 */
export function minSnrWeighting({ gamma = 5 }: MinSnrWeightingOptions = {}): Weighting {
  assertNumber('diffusion.minSnrWeighting', 'gamma', gamma, { exclusiveMin: 0, max: 1e6 })
  return { config: { kind: 'minSnr', gamma }, of: (snr) => minimum(snr, gamma) }
}
