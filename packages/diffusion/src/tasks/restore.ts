/** Answers that agree with what is known, whatever that is. @module */
import { refusal } from '@gen/backend'
import { clipByValue, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { withClean } from '../guidance/guidance.ts'
import { normalizer } from '../normalize.ts'
import { ddim } from '../samplers/ddim.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { Answerer, AnswerOptions } from './answers.ts'
import { correcting } from './known.ts'

/** What is known of the data, in their own units: gives x with that put in, and nothing else changed. */
export type Keep = (x: Tensor) => Tensor

/** Options of {@link restore}. */
export interface RestoreOptions extends AnswerOptions {
  /** Puts what is known into data `[n, …]`, in their own units; must not dispose them. */
  readonly keep: Keep
  /** @default ddim({ steps: 50, eta: 0.85 }) */
  readonly sampler?: Sampler
}

const where = 'diffusion.restore'

/** Times that an answer is brought to what is known and into the range, in turns: both hold at the end where both can. */
const turns = 10

/**
 * Answers `[count, …]` that agree with what is known, which a function puts in: `x̂₀ ← keep(x̂₀)` at every step, and so are the answers.
 * `keep` is a projection: twice is once. `inpaint`, `colorize` and `superResolve` are what one asks most; with this one a picture can be
 * asked for that is known here by its colors, there by its brightness, elsewhere not at all.
 *
 * @throws GenError `value` for a `keep` that is no function; else as `sample`, and whatever `keep` throws.
 * @see Zero-shot image restoration using denoising diffusion null-space model (Wang et al., 2022), eq. 13 https://arxiv.org/abs/2212.00490
 * @example
 * const left = concat([ones([1, 4, 2, 1]), zeros([1, 4, 2, 1])], 2)
 * const keep = (x) => add(mul(left, person), mul(sub(1, left), x)) // the left half is that of a picture
 * const answers = await restore(painter, { keep, count: 3, sampler: ddim({ steps: 4 }), key: key(1) })
 */
export async function restore(
  model: Answerer,
  { keep, sampler = ddim({ steps: 50, eta: 0.85 }), ...options }: RestoreOptions,
): Promise<Tensor> {
  if (typeof keep !== 'function') {
    throw refusal('value', where, {
      expected: 'keep as a function',
      got: keep,
      remedy: 'pass what puts in what is known',
    })
  }
  const { range } = model.config
  const data = normalizer(model.config)
  const guidance = correcting((x, prediction, level) => {
    const { clean } = prediction
    return withClean(prediction, x, data.normalize(keep(data.denormalize(clean))), level)
  }, options.guidance)
  const drawn = await model.sample({ ...options, sampler, guidance })
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
