/** Shortest ways in image space. @module */
import { assertInteger, assertNumber, assertShape } from '@gen/backend'
import { readMatrix, rowOf } from '@gen/linear-algebra'
import type { Decoder } from '@gen/model'
import {
  concat,
  mul,
  reshape,
  type Scalar,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core'
import { assertFunction, assertTensor, given } from '../arguments.ts'
import { assertDecoder } from '../assert-model.ts'
import { decodeAll } from '../in-batches.ts'
import { assertDifferentiable } from '../inversion/assert-differentiable.ts'
import { minimize } from '../minimize.ts'
import { followed, lerp, type Path } from './path.ts'

/** Options of {@link geodesic}. */
export interface GeodesicOptions {
  /** Codes along the way, both ends included. @default 16 */
  points?: number
  /** Steps of the search. @default 200 */
  steps?: number
  /** Of the search, in latent units; falls to 0 as a cosine. @default 0.05 */
  learningRate?: number
  /** The way to start from. @default lerp */
  start?: Path
  /** Stops with an error `aborted`. */
  signal?: AbortSignal
}

/**
 * The way between two codes that is shortest in image space, with steps of equal size there: it minimizes the energy
 * `(n − 1)·Σ ‖decode(z_{i+1}) − decode(z_i)‖²` over the codes between the ends.
 *
 * @returns `[points, size]`.
 * @throws GenError `config` for a decoder whose result is a promise; `shape`; `aborted`; `non-finite`.
 * @see The Riemannian geometry of deep generative models (Shao et al., 2017) https://arxiv.org/abs/1711.08014
 * @example
 * const way = await geodesic(vae, from, to, { points: 12 })
 */
export async function geodesic(
  decoder: Decoder,
  from: Tensor1D,
  to: Tensor1D,
  options: GeodesicOptions = {},
): Promise<Tensor2D> {
  const where = 'latentTools.geodesic'
  const { points = 16, steps = 200, learningRate = 0.05, start = lerp, signal } = given(where, options)
  assertDecoder(where, 'the decoder', decoder)
  assertTensor(where, 'from', from)
  assertTensor(where, 'to', to)
  assertFunction(where, 'start', start)
  assertShape(where, 'from', from, [decoder.latentSize])
  assertShape(where, 'to', to, [decoder.latentSize])
  assertInteger(where, 'points', points, { min: 3 })
  assertInteger(where, 'steps', steps, { min: 1 })
  assertNumber(where, 'learningRate', learningRate, { exclusiveMin: 0 })
  await assertDifferentiable(where, decoder)
  const between = tidy(() => slice(followed(where, start, from, to, points), [1, 0], [points - 2, -1]))
  const whole = (inner: Tensor2D): Tensor2D => concat([reshape(from, [1, -1]), inner, reshape(to, [1, -1])])
  const energy = ([inner]: readonly Tensor2D[]): Scalar => {
    const images = decoder.decode(whole(inner!)) as Tensor
    return mul(points - 1, sum(square(stepsOf(images))))
  }
  const [inner] = await minimize([between], energy, { where, steps, learningRate, signal })
  const way = tidy(() => whole(inner!))
  inner!.dispose()
  return way
}

/**
 * Length of a way in image space: the sum of the Euclidean distances between the images of neighboring codes.
 *
 * @example
 * const shorter = (await pathLength(vae, way)) < (await pathLength(vae, line))
 */
export async function pathLength(decoder: Decoder, way: Tensor2D): Promise<number> {
  const images = await decodeAll('latentTools.pathLength', decoder, way)
  const rows = tidy(() => reshape(images, [way.shape[0], -1]))
  const x = await readMatrix(rows)
  images.dispose()
  rows.dispose()
  let length = 0
  for (let i = 1; i < x.rows; i++) {
    const before = rowOf(x, i - 1)
    length += Math.sqrt(rowOf(x, i).reduce((total, value, k) => total + (value - before[k]!) ** 2, 0))
  }
  return length
}

function stepsOf(images: Tensor): Tensor {
  const [count, ...rest] = images.shape as [number, ...number[]]
  const zeros = rest.map(() => 0)
  return sub(slice(images, [1, ...zeros], [count - 1, ...rest]), slice(images, [0, ...zeros], [count - 1, ...rest]))
}
