/** Points located in both spaces. @module */
import { assertInteger, assertKey, type Key, normal, refusal, type Scope, scope, split } from '@gen/backend'
import { type Matrix64, readMatrix, takeRows } from '@gen/linear-algebra'
import type { LatentModel } from '@gen/model'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { assertOneOf, assertTensor, given } from '../arguments.ts'
import { assertDecoder } from '../assert-model.ts'
import { decodeAll } from '../in-batches.ts'
import { type LocateOptions, locate } from '../inversion/locate.ts'
import { choosePoints, type PointMethod, pointMethods } from './choose-points.ts'

/** Codes of the same images in two spaces. */
export interface SupportSet {
  readonly a: Matrix64
  readonly b: Matrix64
  /** Which of the given images they are, in this order. */
  readonly rows: Int32Array
  /** Mean squared error per pixel with which each model makes them again; large ones are badly located. */
  readonly errors: { readonly a: Float64Array; readonly b: Float64Array }
}

/** Options of {@link supportSet}. */
export interface SupportSetOptions {
  /** Images `[n, h, w, c]` (or any data of both models) to choose from. @default 2 · size samples of the first model */
  images?: Tensor
  /** Number of points. */
  size: number
  /** How the points are chosen. @default 'random' */
  method?: PointMethod
  key: Key
  /** How images are found in each space. @default by `encode`, or by optimization where there is none */
  locate?: Omit<LocateOptions, 'key'>
}

const where = 'latentTools.supportSet'

/**
 * Locates images in both spaces and chooses a few of them, from which {@link fitLinearMap} makes a map.
 *
 * Without images, standard normal codes of the first model are decoded: then it needs no encoder.
 *
 * @throws GenError `range` for a size above the number of images; and what {@link locate} throws.
 * @see Comparing the latent space of generative models (Asperti & Tonelli, 2022) https://arxiv.org/abs/2207.06812
 * @example
 * const support = await supportSet(gan, vae, { images: faces, size: 512, key: key(3) })
 */
export async function supportSet(a: LatentModel, b: LatentModel, options: SupportSetOptions): Promise<SupportSet> {
  const { images, size, method = 'random', key, locate: how = {} } = given(where, options)
  given(where, how, 'locate')
  assertKey(where, 'key', key)
  assertOneOf(where, 'method', method, pointMethods)
  assertDecoder(where, 'the first model', a)
  assertDecoder(where, 'the second model', b)
  if (images !== undefined) assertTensor(where, 'images', images)
  assertInteger(where, 'size', size, { min: 1 })
  if (images && size > (images.shape[0] ?? 0)) {
    const got = `${size} of ${images.shape[0]}`
    throw refusal('range', where, { expected: 'size ≤ the number of images', got, remedy: 'pass more images' })
  }
  const [choice, search, draw, other] = split(key, 4) as [Key, Key, Key, Key]
  const codes = images ? undefined : (normal(draw, [2 * size, a.latentSize]) as Tensor2D)
  const data = images ?? (await decodeAll(where, a, codes!).catch(disposing(codes!)))
  const memory = scope()
  if (!images) memory.keep(data)
  if (codes) memory.keep(codes)
  try {
    const first = codes ? undefined : await located(memory, a, data, { ...how, key: search })
    const second = await located(memory, b, data, { ...how, key: other })
    const x = first?.codes ?? (await readMatrix(codes!))
    const rows = choosePoints(x, { size, method, target: second.codes, key: choice })
    const pick = (errors?: Float64Array) => Float64Array.from(rows, (row) => errors?.[row] ?? 0)
    const errors = { a: pick(first?.errors), b: pick(second.errors) }
    return { a: takeRows(x, rows), b: takeRows(second.codes, rows), rows, errors }
  } finally {
    memory.dispose()
  }
}

async function located(
  memory: Scope,
  model: LatentModel,
  data: Tensor,
  options: LocateOptions,
): Promise<{ codes: Matrix64; errors: Float64Array }> {
  const { z, error } = await locate(model, data, options)
  memory.keep(z)
  memory.keep(error)
  return { codes: await readMatrix(z), errors: Float64Array.from(await error.data()) }
}

/** What to do with an error where a tensor is in the way. */
function disposing(tensor: Tensor): (error: unknown) => never {
  return (error) => {
    tensor.dispose()
    throw error
  }
}
