/** The network predicts the velocity of flow matching. @module */
import { add, div, mul, sub } from '@tensorflow/tfjs-core'
import type { Parameterization } from './parameterization.ts'

/**
 * The output is `u = ε − x₀`, the velocity of the straight path `(1 − τ) x₀ + τ ε = x / (s + n)` at `τ = n / (s + n)`, so
 * `x̂₀ = (x − n u) / (s + n)` and `ε = (x + s u) / (s + n)`. Defined at α = 0. Flow matching's time runs from noise to data where
 * ours runs to noise: its velocity is −u.
 *
 * @see Flow straight and fast: learning to generate and transfer data with rectified flow (Liu et al., 2022) https://arxiv.org/abs/2209.03003
 * @see Flow matching for generative modeling (Lipman et al., 2022) https://arxiv.org/abs/2210.02747
 * @example
 * const network = pointDenoiser({ size: 2, key: key(0) })
 * const model = diffusion({ network, schedule: rectifiedFlow(), prediction: flowPrediction() })
 */
export function flowPrediction(): Parameterization {
  return {
    config: { kind: 'flow' },
    needsSignal: false,
    target: (x0, eps) => sub(eps, x0),
    read: (output, x, { signal, noise }) => {
      const whole = add(signal, noise)
      return { eps: div(add(x, mul(output, signal)), whole), clean: div(sub(x, mul(output, noise)), whole) }
    },
    gain: ({ signal, noise }) => div(noise, add(signal, noise)),
  }
}
