/** Large images of small ones. @module */
import { refusal } from '@gen/backend'
import { add, mean, reshape, sub, type Tensor, tidy, tile } from '@tensorflow/tfjs-core'
import { ddim } from '../samplers/ddim.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { type Answerer, type AnswerOptions, assertQuestion } from './answers.ts'
import { restore } from './restore.ts'

/** Options of {@link superResolve}. */
export interface SuperResolveOptions extends AnswerOptions {
  /** The small image, `[1, height / factor, width / factor, channels]`: means over factor × factor pixels, for a whole factor such as 2, 4 or 8. */
  readonly image: Tensor
  /** @default ddim({ steps: 50, eta: 0.85 }) */
  readonly sampler?: Sampler
}

const where = 'diffusion.superResolve'

/**
 * Large images `[count, height, width, channels]` whose means over blocks are the small one: `x̂₀ ← x̂₀ + repeat(y − means(x̂₀))` at every
 * step.
 *
 * Works with a model of large images; one that was trained to be told small ones knows better, and is told by `context: image`.
 *
 * @throws GenError `shape` for an image that is no whole factor smaller than the model's, `range` for values out of it; else as `sample`.
 * @see Zero-shot image restoration using denoising diffusion null-space model (Wang et al., 2022), section 3.3 https://arxiv.org/abs/2212.00490
 * @see ILVR: conditioning method for denoising diffusion probabilistic models (Choi et al., 2021), with another filter https://arxiv.org/abs/2108.02938
 * @example
 * const answers = await superResolve(painter, { image: ones([1, 2, 2, 3]), count: 3, sampler: ddim({ steps: 4 }), key: key(1) })
 * answers.shape // [3, 4, 4, 3]
 */
export async function superResolve(
  model: Answerer,
  { image, sampler = ddim({ steps: 50, eta: 0.85 }), ...options }: SuperResolveOptions,
): Promise<Tensor> {
  const { shape } = model
  const factor = factorOf(image, shape)
  const small = [shape[0]! / factor, shape[1]! / factor, shape[2]!]
  await assertQuestion(where, 'image', image, { shape: small, range: model.config.range })
  const keep = (x: Tensor): Tensor => tidy(() => add(x, repeated(sub(image, blockMeans(x, factor)), factor)))
  return await restore(model, { ...options, keep, sampler })
}

function factorOf(image: Tensor, shape: readonly number[]): number {
  const [height = 0, width = 0, channels] = shape
  const factor = height / (image.shape[1] ?? 0)
  const wanted = [1, height / factor, width / factor, channels]
  if (shape.length === 3 && Number.isInteger(factor) && image.shape.join() === wanted.join()) return factor
  throw refusal('shape', where, {
    expected: `an image [1, height, width, ${channels}] a whole factor smaller than the model's [${shape.join(', ')}]`,
    got: `[${image.shape.join(', ')}]`,
    remedy: 'shrink by 2, 4 or 8, or take a model of that size',
  })
}

/** Means over factor × factor pixels. */
function blockMeans(x: Tensor, factor: number): Tensor {
  const [rows, height, width, channels] = x.shape as [number, number, number, number]
  const lines = mean(reshape(x, [-1, factor, width * channels]), 1)
  const blocks = mean(reshape(lines, [-1, factor, channels]), 1)
  return reshape(blocks, [rows, height / factor, width / factor, channels])
}

/** Each pixel factor × factor times. */
function repeated(x: Tensor, factor: number): Tensor {
  const [rows, height, width, channels] = x.shape as [number, number, number, number]
  const columns = tile(reshape(x, [rows * height * width, 1, channels]), [1, factor, 1])
  const lines = tile(reshape(columns, [rows * height, 1, width * factor * channels]), [1, factor, 1])
  return reshape(lines, [rows, height * factor, width * factor, channels])
}
