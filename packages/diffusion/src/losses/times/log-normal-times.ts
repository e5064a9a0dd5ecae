/** Noise levels drawn from a log-normal distribution. @module */
import { assertNumber, normal } from '@gen/backend'
import { add, clipByValue, mul, sigmoid, type Tensor1D } from '@tensorflow/tfjs-core'
import type { TimeSampling } from './time-sampling.ts'

/** Options of {@link logNormalTimes} and {@link logitNormalTimes}. */
export interface NormalTimesOptions {
  /** Mean of the normal number. */
  mean?: number
  /** Standard deviation of the normal number. */
  std?: number
}

/**
 * EDM's levels: `ln σ` normal with `mean` (−1.2 by default) and `std` (1.2), σ = noise/signal, cut off at the ends of the schedule. Of the schedule it takes nothing else:
 * most draws are where there is something to learn, between noise that hides all and noise that hides nothing.
 *
 * @throws GenError `range` unless −20 ≤ mean ≤ 20 and 0 < std ≤ 10.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), section 5 https://arxiv.org/abs/2206.00364
 * @example
 * const network = pointDenoiser({ size: 2, key: key(0) })
 * const model = diffusion({ network, schedule: varianceExploding(), times: logNormalTimes({ mean: -0.4, std: 1 }) })
 */
export function logNormalTimes({ mean = -1.2, std = 1.2 }: NormalTimesOptions = {}): TimeSampling {
  assertNormal('diffusion.logNormalTimes', mean, std)
  return {
    config: { kind: 'logNormal', mean, std },
    draw(k, rows, { alpha }) {
      // α = 1/(1 + σ²) = sigmoid(−2 ln σ).
      const drawn = sigmoid(add(mul(normal(k, [rows]), -2 * std), -2 * mean))
      return { alpha: clipByValue(drawn, alpha(1), alpha(0)) as Tensor1D }
    },
  }
}

/** Refuses what is no normal distribution. */
export function assertNormal(where: string, mean: number, std: number): void {
  assertNumber(where, 'mean', mean, { min: -20, max: 20 })
  assertNumber(where, 'std', std, { exclusiveMin: 0, max: 10 })
}
