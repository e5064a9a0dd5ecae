/** Classifier guidance. @module */
import { add, grad, mul, sum, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import type { DenoisingCondition } from '../networks/network.ts'
import type { Levels } from '../samplers/sampler.ts'
import { assertWeight } from './classifier-free.ts'
import { type Guidance, type GuidanceWeight, tidied, weightAt, withClean } from './guidance.ts'

/** Options of {@link classifierGuidance}. */
export interface ClassifierGuidanceOptions {
  /**
   * How well x fits what is wanted, for each row: log p(y | x) of a classifier of noisy data, or whatever can be differentiated,
   * `[batch]`.
   */
  score: (x: Tensor, level: Levels, condition: DenoisingCondition) => Tensor1D
  /** 1 samples p(x) p(y | x), more overdoes it. @default 1 */
  weight?: GuidanceWeight
}

/**
 * Leads the samples to where a score is high: `ε = ε − w n ∇ₓ score(x)`, so `x̂₀ = x̂₀ + w (n²/s) ∇ₓ score(x)`. The score is of the
 * noisy x; one that knows clean data alone can be given x̂₀ by asking a model inside it. The gradient at no signal is not used.
 *
 * @throws GenError `range` for a negative weight.
 * @see Diffusion models beat GANs on image synthesis (Dhariwal and Nichol, 2021), algorithm 2 https://arxiv.org/abs/2105.05233
 * @example
 * const guidance = classifierGuidance({ score: (x) => neg(sum(square(sub(x, 1)), 1)), weight: 0.5 })
 */
export function classifierGuidance({ score, weight = 1 }: ClassifierGuidanceOptions): Guidance {
  if (typeof weight === 'number') assertWeight('diffusion.classifierGuidance', weight)
  const guidance: Guidance = (predict) => (x, level, condition) =>
    tidied(() => {
      const prediction = predict(x, level, condition)
      const slope = grad((at: Tensor) => sum(score(at, level, condition)))(x)
      const far = weightAt(({ signal, noise }) => (signal === 0 ? 0 : noise ** 2 / signal), level, x)
      const lead = mul(mul(slope, far), weightAt(weight, level, x))
      return withClean(prediction, x, add(prediction.clean, lead), level)
    })
  return Object.assign(guidance, { needsFree: false })
}
