/** The network predicts v, how the state turns with the angle. @module */
import { add, mul, sub } from '@tensorflow/tfjs-core'
import type { Parameterization } from './parameterization.ts'

/**
 * The output is `v = s ε − n x₀`, the derivative of x by the angle between signal and noise, so `x̂₀ = s x − n v` and
 * `ε = n x + s v`: a rotation, which loses no digits at any level. Defined at α = 0.
 *
 * @see Progressive distillation for fast sampling of diffusion models (Salimans and Ho, 2022), appendix D https://arxiv.org/abs/2202.00512
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), prediction: velocityPrediction() })
 */
export function velocityPrediction(): Parameterization {
  return {
    config: { kind: 'velocity' },
    needsSignal: false,
    target: (x0, eps, { signal, noise }) => sub(mul(eps, signal), mul(x0, noise)),
    read: (output, x, { signal, noise }) => ({
      eps: add(mul(x, noise), mul(output, signal)),
      clean: sub(mul(x, signal), mul(output, noise)),
    }),
    gain: ({ noise }) => noise,
  }
}
