/** Images between two. @module */
import { assertInteger, refusal } from '@gen/backend'
import { add, concat, mul, norm, slice, sum, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DecodeOptions } from '../latent.ts'
import { assertQuestion } from './answers.ts'

/** Options of {@link interpolateImages}. */
export interface InterpolateImagesOptions extends DecodeOptions {
  /** Where it begins and ends, `[1, …]` each, in the data's units. */
  readonly from: Tensor
  readonly to: Tensor
  /** How many, both ends among them; at least 2. */
  readonly count: number
}

const where = 'diffusion.interpolateImages'

/**
 * Images `[count, …]` from one to another: the noise that makes each is found by DDIM's inversion, and turned from the one to the
 * other on a great circle, for between two draws of a normal distribution the straight line leads through what is too short to be one.
 * Both ends come back as closely as `encode` and `decode` do it. Nothing is drawn.
 *
 * @throws GenError `shape` or `range` for images that do not fit, or fewer than 2; else as `encode` and `decode`.
 * @see Denoising diffusion implicit models (Song et al., 2020), section 5.3 https://arxiv.org/abs/2010.02502
 * @example
 * const between = await interpolateImages(painter, { from: person, to: fill([1, 4, 4, 3], 0.8), count: 5, steps: 3 })
 */
export async function interpolateImages(
  model: Pick<Diffusion, 'shape' | 'config' | 'encode' | 'decode'>,
  { from, to, count, ...options }: InterpolateImagesOptions,
): Promise<Tensor> {
  assertInteger(where, 'count', count, { min: 2 })
  const { shape, config } = model
  await assertQuestion(where, 'from', from, { shape, range: config.range })
  await assertQuestion(where, 'to', to, { shape, range: config.range })
  const ends = tidy(() => concat([from, to]))
  const { batchSize: _, ...way } = options
  try {
    const codes = await model.encode(ends, way)
    const along = tidy(() => greatCircle(slice(codes, 0, 1), slice(codes, 1, 1), count))
    codes.dispose()
    return await model.decode(along, options).finally(() => along.dispose())
  } finally {
    ends.dispose()
  }
}

/** `(sin((1 − t) θ) a + sin(t θ) b) / sin θ` for even t, θ being the angle between a and b. */
function greatCircle(a: Tensor2D, b: Tensor2D, count: number): Tensor2D {
  const [cosine] = tidy(() => mul(sum(mul(a, b)), 1 / (norm(a).dataSync()[0]! * norm(b).dataSync()[0]!)).dataSync())
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine!)))
  const points = Array.from({ length: count }, (_, i) => {
    const t = i / (count - 1)
    const [first, second] =
      angle < 1e-4 ? [1 - t, t] : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)]
    return add(mul(a, first), mul(b, second)) as Tensor2D
  })
  if (angle < Math.PI - 1e-3) return concat(points)
  throw refusal('value', where, {
    expected: 'two images that are no opposites',
    got: 'noise that points the other way',
  })
}
