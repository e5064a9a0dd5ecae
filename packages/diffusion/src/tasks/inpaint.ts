/** Fills in what is missing. @module */
import { assertInteger, refusal } from '@gen/backend'
import { greater, mul, where as select, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { weightAt } from '../guidance/guidance.ts'
import { normalizer } from '../normalize.ts'
import { type Answerer, type AnswerOptions, assertQuestion } from './answers.ts'
import { correcting } from './known.ts'
import { resampled } from './resampled.ts'

/** Options of {@link inpaint}. */
export interface InpaintOptions extends AnswerOptions {
  /** What is partly known, `[1, …]` in the data's units; its missing parts do not matter, as long as they are in range. */
  readonly image: Tensor
  /** 1 where the image is known, 0 where it is not: `[1, …]` as the image, or with one channel for all. */
  readonly known: Tensor
  /** Steps from noise to data. @default 25 */
  readonly steps?: number
  /** How often each step is taken, which makes the parts fit: RePaint's jumps. Calls of the network are steps × resample. @default 4 */
  readonly resample?: number
}

const where = 'diffusion.inpaint'

/**
 * Answers `[count, …]` that agree with what is known of an image, to the bit, by RePaint: a model of whole images is sampled, and at every
 * step the known part is the image at that level of noise. `x̂₀ = image` where it is known, so that the next state is there distributed
 * as `q(x | image)`; each step is taken `resample` times with noise in between, in which the other parts adapt.
 *
 * With everything known the answers are the image; with nothing known and `resample: 1` they are `sample` with
 * `ddim({ steps, eta: 1 })`, bit by bit. A model that is told what is missing (`context`) can be asked so as well.
 *
 * @throws GenError `shape`, `range` or `value` for an image or a mask that does not fit, a mask of other numbers, or steps below 1; else as `sample`.
 * @see RePaint: inpainting using denoising diffusion probabilistic models (Lugmayr et al., 2022) https://arxiv.org/abs/2201.09865
 * @example
 * const known = concat([ones([1, 2, 4, 1]), zeros([1, 2, 4, 1])], 1) // the upper half
 * const answers = await inpaint(painter, { image: person, known, count: 2, steps: 3, resample: 2, key: key(1) })
 */
export async function inpaint(
  model: Answerer,
  { image, known, steps = 25, resample = 4, ...options }: InpaintOptions,
): Promise<Tensor> {
  assertInteger(where, 'steps', steps, { min: 1 })
  assertInteger(where, 'resample', resample, { min: 1 })
  const { shape, config } = model
  await assertQuestion(where, 'image', image, { shape, range: config.range })
  await assertMask(known, shape)
  const data = normalizer(config)
  const kept = tidy(() => ({ mask: greater(known, 0.5), image: data.normalize(image) }))
  const guidance = correcting((x, { eps, clean }, level) => {
    const [signal, inverse] = [weightAt((at) => at.signal, level, x), weightAt((at) => 1 / at.noise, level, x)]
    const noise = mul(sub(x, mul(kept.image, signal)), inverse)
    return { eps: select(kept.mask, noise, eps), clean: select(kept.mask, kept.image, clean) }
  }, options.guidance)
  try {
    const drawn = await model.sample({ ...options, sampler: resampled({ steps, times: resample }), guidance })
    const answers = tidy(() => select(kept.mask, image, drawn))
    drawn.dispose()
    return answers
  } finally {
    kept.mask.dispose()
    kept.image.dispose()
  }
}

async function assertMask(known: Tensor, shape: readonly number[]): Promise<void> {
  const channels = known.shape.at(-1) === 1 ? [...shape.slice(0, -1), 1] : shape
  await assertQuestion(where, 'known', known, { shape: channels, range: [0, 1] })
  const other = (await known.data()).find((value) => value !== 0 && value !== 1)
  if (other === undefined) return
  const remedy = 'round it: a part is known or not'
  throw refusal('range', where, { expected: 'known of 0 and 1', got: other, remedy })
}
