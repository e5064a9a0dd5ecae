/** Other versions of an image. @module */
import { assertInteger, assertKey, assertNumber, fold, normal } from '@gen/backend'
import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import { normalizer } from '../normalize.ts'
import { ddim } from '../samplers/ddim.ts'
import { levelOf } from '../schedules/level.ts'
import type { AlphaOfTime } from '../schedules/schedule.ts'
import { evenSpacing } from '../spacings/even.ts'
import { type Spacing, spacingOf } from '../spacings/spacing.ts'
import { type Answerer, type AnswerOptions, assertQuestion } from './answers.ts'

/** Options of {@link imageToImage}. */
export interface ImageToImageOptions extends AnswerOptions {
  /** Where to start from, `[1, …]` in the data's units: a sketch, or an image to vary. */
  readonly image: Tensor
  /** How much of the way to noise it goes before it comes back, in (0, 1]: the time of the schedule. @default 0.5 */
  readonly strength?: number
  /** Steps of the way back. @default 20 */
  readonly steps?: number
  /** Share of fresh noise on the way back, as of `ddim`. @default 0 */
  readonly eta?: number
}

const where = 'diffusion.imageToImage'

/**
 * Answers `[count, …]` that look like an image from afar and like the data from near: noise is added, `x = √α y + √(1 − α) ε` at the time
 * `strength` of the schedule, and taken out by sampling from there. Small strengths keep the image, 1 keeps next to nothing.
 *
 * @throws GenError `shape` or `range` for an image that does not fit, `range` for a strength outside of (0, 1]; else as `sample`.
 * @see SDEdit: guided image synthesis and editing with stochastic differential equations (Meng et al., 2021) https://arxiv.org/abs/2108.01073
 * @example
 * const answers = await imageToImage(painter, { image: person, strength: 0.4, count: 3, steps: 4, key: key(1) })
 */
export async function imageToImage(
  model: Answerer & Pick<Diffusion, 'schedule'>,
  { image, strength = 0.5, steps = 20, eta = 0, ...options }: ImageToImageOptions,
): Promise<Tensor> {
  assertNumber(where, 'strength', strength, { exclusiveMin: 0, max: 1 })
  assertInteger(where, 'count', options.count, { min: 1 })
  assertKey(where, 'key', options.key)
  const sampler = ddim({ steps, eta, spacing: upTo(strength) })
  await assertQuestion(where, 'image', image, { shape: model.shape, range: model.config.range })
  const { signal, noise } = levelOf(model.schedule.alpha(strength))
  const start = tidy(() => {
    const eps = normal(fold(options.key, 0), [options.count, ...model.shape])
    return add(mul(normalizer(model.config).normalize(image), signal), mul(eps, noise))
  })
  try {
    return await model.sample({ ...options, noise: start, sampler })
  } finally {
    start.dispose()
  }
}

/** Even in time, from a time on. */
function upTo(strength: number): Spacing {
  return spacingOf({ kind: 'upTo', strength }, (schedule, steps) => {
    const alpha = ((t: number) => schedule.alpha(t * strength)) as AlphaOfTime
    return evenSpacing()({ ...schedule, alpha }, steps)
  })
}
