/** Where images lie in a model's latent space. @module */
import { assertInteger, assertKey, assertNumber, fold, type Key, normal, refusal, scope } from '@gen/backend'
import type { Distribution, Encoder, LatentModel } from '@gen/model'
import {
  clone,
  concat,
  dispose,
  mean,
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
import { assertOneOf, assertTensor, given } from '../arguments.ts'
import { assertDecoder, assertPrior } from '../assert-model.ts'
import { decodeAll, encodeAll } from '../in-batches.ts'
import { minimize } from '../minimize.ts'
import { assertDifferentiable } from './assert-differentiable.ts'
import { bestStarts } from './best-starts.ts'

/** Codes of images, and how well they make the images again. */
export interface Located {
  /** `[images, latentSize]` */
  readonly z: Tensor2D
  /** Mean squared error per pixel of `decode(z)`, `[images]`. */
  readonly error: Tensor1D
}

/** Options of {@link locate}. */
export interface LocateOptions {
  /**
   * `encode` asks the model's encoder; `optimize` searches the code whose image is nearest; `hybrid` searches from the
   * encoder's answer. @default 'encode' where the model can, else 'optimize'
   */
  method?: 'encode' | 'optimize' | 'hybrid'
  /** Searches for each image, of which the best counts. @default 4 for optimize, 1 for hybrid */
  starts?: number
  /** Steps of each search. @default 200 */
  steps?: number
  /** Of the search, in latent units; falls to 0 as a cosine. @default 0.1 */
  learningRate?: number
  /** Where starts come from and codes are kept near. @default standard normal starts, and no pull */
  prior?: Distribution
  /** Weight of −log p(z) against the squared error, both summed over dimensions. @default 0.01 with a prior */
  priorWeight?: number
  /** Images at once. @default 64 */
  batchSize?: number
  /** Draws the starts; `optimize` needs one. */
  key?: Key
  /** Stops with an error `aborted`. */
  signal?: AbortSignal
}

const where = 'latentTools.locate'

/**
 * Locates images `[n, …]` in a model's latent space: by its encoder (a VAE's μ, a flow's exact inverse, DDIM inversion, a
 * GAN's recoder), by optimization through its decoder, or both.
 *
 * @returns Tensors that are the caller's.
 * @throws GenError `config` when the method needs an encoder, a key or a decoder that can be differentiated, and the
 * model or the options have none; `shape`; `aborted`; `non-finite`.
 * @see Generative visual manipulation on the natural image manifold (Zhu et al., 2016) https://arxiv.org/abs/1609.03552
 * @example
 * const { z, error } = await locate(gan, images, { starts: 8, key: key(0) })
 */
export async function locate(model: LatentModel, images: Tensor, options: LocateOptions = {}): Promise<Located> {
  given(where, options)
  assertDecoder(where, 'the model', model)
  assertTensor(where, 'images', images)
  const method = options.method ?? (model.encode ? 'encode' : 'optimize')
  const { batchSize = 64, steps = 200, learningRate = 0.1, starts = method === 'optimize' ? 4 : 1 } = options
  assertOneOf(where, 'method', method, ['encode', 'optimize', 'hybrid'])
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  assertInteger(where, 'steps', steps, { min: 1 })
  assertInteger(where, 'starts', starts, { min: 1 })
  assertNumber(where, 'learningRate', learningRate, { exclusiveMin: 0 })
  if (options.key !== undefined) assertKey(where, 'key', options.key)
  if (method !== 'optimize' && !model.encode) {
    throw refusal('config', where, {
      expected: `a model with encode for method '${method}'`,
      got: 'none',
      remedy: "pass method: 'optimize'",
    })
  }
  if ((method === 'optimize' || starts > 1) && !options.key) {
    throw refusal('config', where, { expected: 'a key to draw the starts', got: 'none', remedy: 'pass key: key(0)' })
  }
  if (options.prior !== undefined) assertPrior(where, options.prior)
  if (options.priorWeight !== undefined) assertNumber(where, 'priorWeight', options.priorWeight, { min: 0 })
  if (method !== 'encode') await assertDifferentiable(where, model)
  const memory = scope()
  try {
    const encoded =
      method === 'optimize' ? undefined : memory.keep(await encodeAll(where, model as Encoder, images, batchSize))
    const z =
      method === 'encode'
        ? encoded!
        : memory.keep(await searchAll(model, images, encoded, { ...options, batchSize, steps, learningRate, starts }))
    const error = await errorsOf(model, z, images, batchSize)
    return { z: clone(z), error }
  } finally {
    memory.dispose()
  }
}

type Search = LocateOptions & Required<Pick<LocateOptions, 'batchSize' | 'steps' | 'learningRate' | 'starts'>>

async function searchAll(
  model: LatentModel,
  images: Tensor,
  encoded: Tensor2D | undefined,
  search: Search,
): Promise<Tensor2D> {
  const parts: Tensor2D[] = []
  const count = images.shape[0]
  try {
    for (let start = 0; start < count; start += search.batchSize) {
      const rows = Math.min(search.batchSize, count - start)
      const target = slice(images, [start, ...images.shape.slice(1).map(() => 0)], [rows, ...images.shape.slice(1)])
      const from = encoded && slice(encoded, [start, 0], [rows, model.latentSize])
      try {
        parts.push(await searchBatch(model, target, from, start, search))
      } finally {
        target.dispose()
        from?.dispose()
      }
    }
    return parts.length === 1 ? clone(parts[0]!) : concat(parts)
  } finally {
    dispose(parts)
  }
}

/** All starts of a batch at once, one row each; the best row of each image is kept. */
async function searchBatch(
  model: LatentModel,
  target: Tensor,
  from: Tensor2D | undefined,
  offset: number,
  search: Search,
): Promise<Tensor2D> {
  const { starts, key, prior, priorWeight = prior ? 0.01 : 0, steps, learningRate, signal } = search
  const rows = target.shape[0]
  const first = tidy(() => {
    const drawn = Array.from({ length: starts }, (_, s) => {
      if (s === 0 && from) return from
      return prior && key
        ? slice(prior.sample(offset + rows, fold(key, s)), [offset, 0])
        : (normal(fold(key!, s), [rows, model.latentSize], { offset }) as Tensor2D)
    })
    return concat(drawn)
  })
  const wanted = tidy(() => concat(Array.from({ length: starts }, () => target)))
  try {
    const loss = ([z]: readonly Tensor2D[]): Scalar => {
      const error = sum(square(sub(model.decode(z!) as Tensor, wanted))) as Scalar
      return priorWeight > 0 && prior ? sub(error, mul(sum(prior.logProb(z!)), priorWeight)) : error
    }
    const [found] = await minimize([first], loss, { where, steps, learningRate, signal })
    const errors = await errorsOf(model, found!, wanted, search.batchSize).catch((error: unknown) => {
      found!.dispose()
      throw error
    })
    return await bestStarts(found!, errors, rows, starts)
  } finally {
    wanted.dispose()
  }
}

async function errorsOf(model: LatentModel, z: Tensor2D, images: Tensor, batchSize: number): Promise<Tensor1D> {
  const made = await decodeAll(where, model, z, batchSize)
  try {
    if (made.size !== images.size) {
      throw refusal('shape', where, {
        expected: `images of the shape that decode gives, [${made.shape}]`,
        got: `[${images.shape}]`,
      })
    }
    return tidy(() => mean(reshape(square(sub(made, images)), [z.shape[0], -1]), 1))
  } finally {
    made.dispose()
  }
}
