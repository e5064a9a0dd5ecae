/** A model as its sampler sees it: at a level, conditioned, guided, kept in range. @module */
import { fill, keep, type Tensor, type Tensor1D, tensor1d, zerosLike } from '@tensorflow/tfjs-core'
import type { DenoisingCondition } from '../networks/network.ts'
import type { Normalizer } from '../normalize.ts'
import type { Predictor } from '../predictions/predictor.ts'
import type { SamplerContext } from '../samplers/sampler.ts'
import { alphaOf } from '../schedules/level.ts'
import { isLevels, type PredictAt, tidied } from './guidance.ts'
import { type GuidanceWish, guidanceOf } from './guidance-of.ts'
import { type DynamicThreshold, thresholded } from './threshold.ts'

/** What a network makes of x at a level. */
export function predictAt(predict: Predictor): PredictAt {
  return (x, level, condition) =>
    tidied(() => {
      if (isLevels(level)) return predict(x, tensor1d(level.map(alphaOf)), condition)
      return predict(x, fill([x.shape[0] ?? 0], alphaOf(level)) as Tensor1D, condition, { level })
    })
}

/** How predictions are led. */
export interface PredictionOptions {
  readonly condition: DenoisingCondition
  /** The label that means "no class". */
  readonly nullLabel: number
  /** @default 1 */
  readonly guidance?: GuidanceWish | undefined
  /** Keeps x̂₀ in the data's range. @default false */
  readonly clip?: boolean | DynamicThreshold | undefined
  readonly data: Normalizer
  /** Whether the network is given the x̂₀ of the prediction before. @default false */
  readonly selfConditioning?: boolean | undefined
}

/** The predictions that a sampler asks for, and the end of what they remember. */
export interface SampledPrediction {
  readonly predict: SamplerContext['predict']
  dispose(): void
}

/** The predictions of a model, guided by the condition, then kept in range. */
export function sampledPrediction(predict: Predictor, options: PredictionOptions): SampledPrediction {
  const { condition, nullLabel, guidance = 1, clip = false, data, selfConditioning = false } = options
  const own = predictAt(predict)
  const free: PredictAt = (x, level, told) => tidied(() => own(x, level, withoutCondition(told, nullLabel)))
  const led = guidanceOf(guidance)(own, free)
  const kept = clip === false ? led : thresholded(led, data, clip === true ? undefined : clip)
  if (selfConditioning) return remembering(kept, condition)
  return { predict: (x, level) => kept(x, level, condition), dispose: () => {} }
}

/** Told of no class, and nothing else. */
function withoutCondition({ label, context, ...known }: DenoisingCondition, nullLabel: number): DenoisingCondition {
  return {
    ...known,
    ...(label && { label: fill(label.shape, nullLabel, 'int32') as Tensor1D }),
    ...(context && { context: zerosLike(context) }),
  }
}

/** Each prediction sees the x̂₀ of the one before. */
function remembering(predict: PredictAt, condition: DenoisingCondition): SampledPrediction {
  let last: Tensor | undefined
  return {
    predict(x, level) {
      const prediction = predict(x, level, last ? { ...condition, clean: last } : condition)
      last?.dispose()
      last = keep(prediction.clean.clone())
      return prediction
    },
    dispose: () => last?.dispose(),
  }
}
