/** Predictions that are corrected by what is known. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Guidance, type PredictAt, tidied } from '../guidance/guidance.ts'
import { guidanceOf } from '../guidance/guidance-of.ts'
import type { Levels, Prediction } from '../samplers/sampler.ts'
import type { AnswerOptions } from './answers.ts'

/** A guidance that changes each prediction at a level, around another one. */
export function correcting(
  correct: (x: Tensor, prediction: Prediction, level: Levels) => Prediction,
  inner: AnswerOptions['guidance'] = 1,
): Guidance {
  const lead = guidanceOf(inner)
  const guidance: Guidance = (predict, free) => {
    const led: PredictAt = lead(predict, free)
    return (x, level, condition) => tidied(() => correct(x, led(x, level, condition), level))
  }
  return Object.assign(guidance, { needsFree: lead.needsFree !== false })
}
