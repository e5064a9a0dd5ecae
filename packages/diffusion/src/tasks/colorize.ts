/** Colors for gray pictures. @module */
import { refusal } from '@gen/backend'
import { add, mul, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { ddim } from '../samplers/ddim.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { type Answerer, type AnswerOptions, assertQuestion } from './answers.ts'
import { restore } from './restore.ts'

/** Options of {@link colorize}. */
export interface ColorizeOptions extends AnswerOptions {
  /** The gray picture, `[1, height, width, 1]` in [0, 1]: as `gray` of `@gen/data` makes it. */
  readonly image: Tensor
  /** @default ddim({ steps: 50, eta: 0.85 }) */
  readonly sampler?: Sampler
}

const where = 'diffusion.colorize'

/** Shares of red, green and blue in the brightness (ITU-R BT.601). */
const shares = [0.299, 0.587, 0.114]
const squared = shares.reduce((total, share) => total + share * share, 0)

/**
 * Colored pictures `[count, height, width, 3]` of a brightness that is known: `x̂₀ ← x̂₀ + w (y − w·x̂₀) / |w|²` in every pixel at every
 * step, w being the shares of the colors. The brightness of an answer is that of the question wherever a color in range has it.
 *
 * Works with a model of whole pictures; one that was trained to be told gray pictures knows better, and is told by `context: image`.
 *
 * @throws GenError `config` for a model of other than color images, `shape` or `range` for another picture; else as `sample`.
 * @see Zero-shot image restoration using denoising diffusion null-space model (Wang et al., 2022), section 3.3 https://arxiv.org/abs/2212.00490
 * @example
 * const answers = await colorize(painter, { image: ones([1, 4, 4, 1]), count: 3, sampler: ddim({ steps: 4 }), key: key(1) })
 * answers.shape // [3, 4, 4, 3]
 */
export async function colorize(
  model: Answerer,
  { image, sampler = ddim({ steps: 50, eta: 0.85 }), ...options }: ColorizeOptions,
): Promise<Tensor> {
  const { shape } = model
  if (shape.length !== 3 || shape[2] !== 3) {
    const got = `[${shape.join(', ')}]`
    throw refusal('config', where, {
      expected: 'a model of images [height, width, 3]',
      got,
      remedy: 'take one of colors',
    })
  }
  await assertQuestion(where, 'image', image, { shape: [...shape.slice(0, 2), 1], range: model.config.range })
  const keep = (x: Tensor): Tensor =>
    tidy(() => add(x, mul(mul(sub(image, sum(mul(x, shares), 3, true)), 1 / squared), shares)))
  return await restore(model, { ...options, keep, sampler })
}
