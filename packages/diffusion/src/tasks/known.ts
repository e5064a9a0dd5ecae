/** Answers that agree with what is known. @module */
import { clipByValue, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type Guidance, type PredictAt, tidied, withClean } from '../guidance/guidance.ts'
import { guidanceOf } from '../guidance/guidance-of.ts'
import { normalizer } from '../normalize.ts'
import type { Levels, Prediction } from '../samplers/sampler.ts'
import type { Answerer, AnswerOptions } from './answers.ts'

/** What is known of the data, in their own units: gives x with that put in, and nothing else changed. */
export type Keep = (x: Tensor) => Tensor

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

/** Times that an answer is brought to what is known and into the range, in turns: both hold at the end where both can. */
const turns = 10

/**
 * Samples whose x̂₀ is brought to what is known at every step, `x̂₀ ← keep(x̂₀)`, and so are the answers.
 *
 * @see Zero-shot image restoration using denoising diffusion null-space model (Wang et al., 2022), eq. 13 https://arxiv.org/abs/2212.00490
 */
export async function sampleKeeping(
  model: Answerer,
  keep: Keep,
  { sampler, ...options }: Parameters<Answerer['sample']>[0],
): Promise<Tensor> {
  const { range, mean, std } = model.config
  const data = normalizer({ range, mean, std })
  const guidance = correcting((x, prediction, level) => {
    const { clean } = prediction
    return withClean(prediction, x, data.normalize(keep(data.denormalize(clean))), level)
  }, options.guidance)
  const drawn = await model.sample({ ...options, ...(sampler && { sampler }), guidance })
  try {
    return tidy(() => {
      let answers = drawn
      for (let turn = 0; turn < turns; turn++) {
        answers = keep(answers)
        if (range) answers = clipByValue(answers, range[0], range[1])
      }
      return answers
    })
  } finally {
    drawn.dispose()
  }
}
