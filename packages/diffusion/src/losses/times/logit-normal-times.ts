/** Times drawn from a logit-normal distribution. @module */
import { normal } from '@gen/backend'
import { add, mul, sigmoid, type Tensor1D } from '@tensorflow/tfjs-core'
import { assertNormal, type NormalTimesOptions } from './log-normal-times.ts'
import type { TimeSampling } from './time-sampling.ts'

/**
 * `t = sigmoid(mean + std · z)` for a normal number z (0 and 1 by default): Stable Diffusion 3's, which sees the middle of the path most. On the whole straight path,
 * where σ = τ/(1 − τ), it is {@link logNormalTimes} with the same numbers.
 *
 * @throws GenError `range` unless −20 ≤ mean ≤ 20 and 0 < std ≤ 10.
 * @see Scaling rectified flow transformers for high-resolution image synthesis (Esser et al., 2024), eq. 19 https://arxiv.org/abs/2403.03206
 * @example
 * const network = pointDenoiser({ size: 2, key: key(0) })
 * const model = diffusion({ network, schedule: rectifiedFlow(), prediction: flowPrediction(), times: logitNormalTimes() })
 */
export function logitNormalTimes({ mean = 0, std = 1 }: NormalTimesOptions = {}): TimeSampling {
  assertNormal('diffusion.logitNormalTimes', mean, std)
  return {
    config: { kind: 'logitNormal', mean, std },
    draw: (k, rows, schedule) => ({
      alpha: schedule.alpha(sigmoid(add(mul(normal(k, [rows]), std), mean))) as Tensor1D,
    }),
  }
}
