/** The network predicts the noise. @module */
import { div, mul, sub } from '@tensorflow/tfjs-core'
import type { Parameterization } from './parameterization.ts'

/**
 * The output is ε, so `x̂₀ = (x − n ε) / s`: the lecture's and DDPM's parameterization. It says least of x₀ where noise is
 * much, and nothing at α = 0, so a schedule that ends there is refused.
 *
 * @see Denoising diffusion probabilistic models (Ho et al., 2020), eq. 14 https://arxiv.org/abs/2006.11239
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), prediction: noisePrediction() })
 */
export function noisePrediction(): Parameterization {
  return {
    config: { kind: 'noise' },
    needsSignal: true,
    target: (_, eps) => eps,
    read: (output, x, { signal, noise }) => ({ eps: output, clean: div(sub(x, mul(output, noise)), signal) }),
    gain: ({ signal, noise }) => div(noise, signal),
  }
}
