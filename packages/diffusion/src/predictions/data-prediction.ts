/** The network predicts the data. @module */
import { div, mul, onesLike, sub } from '@tensorflow/tfjs-core'
import type { Parameterization } from './parameterization.ts'

/**
 * The output is x̂₀ itself, so `ε = (x − s x̂₀) / n`. Defined at α = 0; errors count n/s times as much in ε where noise is little.
 *
 * @see Progressive distillation for fast sampling of diffusion models (Salimans and Ho, 2022), section 4 https://arxiv.org/abs/2202.00512
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), prediction: dataPrediction() })
 */
export function dataPrediction(): Parameterization {
  return {
    config: { kind: 'data' },
    needsSignal: false,
    target: (x0) => x0,
    read: (output, x, { signal, noise }) => ({ eps: div(sub(x, mul(output, signal)), noise), clean: output }),
    gain: ({ signal }) => onesLike(signal),
  }
}
