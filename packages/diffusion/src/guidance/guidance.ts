/** What a guidance is: a function that wraps a predictor. @module */
import { add, mul, reshape, sub, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { DenoisingCondition } from '../networks/network.ts'
import type { Levels, Prediction } from '../samplers/sampler.ts'
import type { Level } from '../schedules/level.ts'

/** What a network makes of x at a level, given a condition; its tensors are the caller's. */
export type PredictAt = (x: Tensor, level: Levels, condition: DenoisingCondition) => Prediction

/**
 * Leads the samples: makes another predictor of one. `free` is the same one, told of no class and nothing else.
 *
 * Guidances nest: `(predict, free) => outer(inner(predict, free), free)`.
 */
export interface Guidance {
  (predict: PredictAt, free: PredictAt): PredictAt
  /** Whether it asks `free`: then a model is needed that was trained to know "no class". @default true */
  readonly needsFree?: boolean
}

/** A prediction, without what was made on the way to it. */
export function tidied(make: () => Prediction): Prediction {
  return tidy(() => ({ ...make() }))
}

/** A weight, or one for each level. */
export type GuidanceWeight = number | ((level: Level) => number)

/** A tensor for the weights of rows at levels of their own. */
export function weightAt(weight: GuidanceWeight, level: Levels, x: Tensor): number | Tensor {
  if (typeof weight === 'number') return weight
  if (!isLevels(level)) return weight(level)
  return reshape(tensor1d(level.map(weight)), [level.length, ...x.shape.slice(1).map(() => 1)])
}

/** Whether the weight is 1 at all these levels. */
export function isOne(weight: GuidanceWeight, level: Levels): boolean {
  if (typeof weight === 'number') return weight === 1
  return isLevels(level) ? level.every((each) => weight(each) === 1) : weight(level) === 1
}

/** Whether rows have levels of their own. */
export function isLevels(level: Levels): level is readonly Level[] {
  return Array.isArray(level)
}

/** `low + weight · (high − low)` of both ε and x̂₀, which stay two views of one point, for the weights sum up to 1; the spread is `high`'s. */
export function extrapolate(low: Prediction, high: Prediction, weight: number | Tensor): Prediction {
  const beyond = (a: Tensor, b: Tensor) => add(a, mul(sub(b, a), weight))
  return tidied(() => ({ ...high, eps: beyond(low.eps, high.eps), clean: beyond(low.clean, high.clean) }))
}

/** A prediction with another x̂₀: `ε = (x − s x̂₀) / n`, for changing one without the other would leave the path. */
export function withClean(prediction: Prediction, x: Tensor, clean: Tensor, level: Levels): Prediction {
  const signal = weightAt((at) => at.signal, level, x)
  const inverse = weightAt((at) => 1 / at.noise, level, x)
  return { ...prediction, clean, eps: mul(sub(x, mul(clean, signal)), inverse) }
}
