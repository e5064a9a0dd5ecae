/** A weight that falls as a sigmoid of log-SNR. @module */
import { assertNumber } from '@gen/backend'
import { add, div, mul } from '@tensorflow/tfjs-core'
import type { Weighting } from './weighting.ts'

/** Options of {@link sigmoidWeighting}. */
export interface SigmoidWeightingOptions {
  /** log-SNR down to which the weight of ε's loss is nearly 1; larger images want less. @default 2 */
  bias?: number
}

/**
 * Weight `sigmoid(b − λ)` of ε's loss, λ = log SNR and b = bias, which is `SNR/(1 + SNR e⁻ᵇ)` of ‖x₀ − x̂₀‖²: a weighting that falls with λ, so that
 * the loss is a bound on likelihood of noisier data.
 *
 * @throws GenError `range` unless −20 ≤ bias ≤ 20.
 * @see Understanding diffusion objectives as the ELBO with simple data augmentation (Kingma and Gao, 2023) https://arxiv.org/abs/2303.00848
 * @see Simpler diffusion: 1.5 FID on ImageNet512 with pixel-space diffusion (Hoogeboom et al., 2024) https://arxiv.org/abs/2410.19324
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), weighting: sigmoidWeighting({ bias: 1 }) })
 */
export function sigmoidWeighting({ bias = 2 }: SigmoidWeightingOptions = {}): Weighting {
  assertNumber('diffusion.sigmoidWeighting', 'bias', bias, { min: -20, max: 20 })
  return { config: { kind: 'sigmoid', bias }, of: (snr) => div(snr, add(mul(snr, Math.exp(-bias)), 1)) }
}
