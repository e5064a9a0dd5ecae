/** Errors in image space, and what they have to beat. @module */
import { fold, type Key, permutation, type Scope } from '@gen/backend'
import { columnMeans, type Matrix64, meanOf, readMatrix, rowOf, takeRows } from '@gen/linear-algebra'
import type { Decoder } from '@gen/model'
import { reshape, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { decodeAll } from '../in-batches.ts'
import { type FitLinearMapOptions, fitLinearMap } from '../maps/fit-linear-map.ts'
import { mapCodes } from '../maps/linear-map.ts'

/** A mean over the test images, with its standard error. */
export interface ErrorEstimate {
  readonly mean: number
  readonly standardError: number
}

/** Mean squared errors per pixel; R and M are those of Asperti & Tonelli. */
export interface ImageErrors {
  /** R: the image through A, `decode_A(z_A)`, against the image. */
  readonly reconstruction: ErrorEstimate
  /** The image through B: the least that M can be. */
  readonly target: ErrorEstimate
  /** M: the image through the map, `decode_B(map(z_A))`, against the image. */
  readonly mapped: ErrorEstimate
  /** The image through the map against the image through A: what the map itself changes, beside what A has lost. */
  readonly between: ErrorEstimate
  /** What the same measure gives without a map worth its name. */
  readonly baselines: {
    /** The mean image of the support set. */
    readonly meanImage: ErrorEstimate
    /** The support point nearest in A, through B. */
    readonly nearest: ErrorEstimate
    /** A map fitted to pairs that do not belong together. */
    readonly shuffled: ErrorEstimate
  }
}

/** Images `[n, …]` that two models make, to be looked at and measured. */
export interface MadeImages {
  readonly throughA: Tensor
  readonly throughB: Tensor
  readonly mapped: Tensor
}

/** What {@link imageErrors} is given. */
export interface ImageErrorsInput {
  readonly a: Decoder
  readonly b: Decoder
  readonly support: { readonly a: Matrix64; readonly b: Matrix64; readonly images: Tensor }
  readonly test: { readonly a: Matrix64; readonly b: Matrix64; readonly images: Tensor }
  readonly map: { readonly matrix: Matrix64; readonly bias: Float64Array }
  readonly fit: FitLinearMapOptions
  readonly batchSize: number
  readonly key: Key
}

/** Decodes, and measures against the images; the tensors returned belong to the scope. */
export async function imageErrors(
  input: ImageErrorsInput,
  memory: Scope,
): Promise<{ errors: ImageErrors; made: MadeImages }> {
  const { a, b, support, test, map, fit, batchSize, key } = input
  const decode = async (model: Decoder, codes: Matrix64) => memory.keep(await decodeCodes(model, codes, batchSize))
  const made = {
    throughA: await decode(a, test.a),
    throughB: await decode(b, test.b),
    mapped: await decode(b, mapCodes(map, test.a)),
  }
  const order = permutation(fold(key, 0), support.a.rows)
  const shuffledMap = fitLinearMap({ a: support.a, b: takeRows(support.b, order) }, fit)
  const others = {
    nearest: await decode(b, takeRows(support.b, nearestRows(test.a, support.a))),
    shuffled: await decode(b, mapCodes(shuffledMap, test.a)),
  }
  const truth = await pixels(test.images)
  const throughA = await pixels(made.throughA)
  const mapped = await pixels(made.mapped)
  const errors: ImageErrors = {
    reconstruction: estimate(throughA, truth),
    target: estimate(await pixels(made.throughB), truth),
    mapped: estimate(mapped, truth),
    between: estimate(mapped, throughA),
    baselines: {
      meanImage: meanImageError(await pixels(support.images), truth),
      nearest: estimate(await pixels(others.nearest), truth),
      shuffled: estimate(await pixels(others.shuffled), truth),
    },
  }
  return { errors, made }
}

async function decodeCodes(model: Decoder, codes: Matrix64, batchSize: number): Promise<Tensor> {
  const z = tensor2d(Float32Array.from(codes.data), [codes.rows, codes.columns])
  try {
    return await decodeAll('latentTools.compareSpaces', model, z, batchSize)
  } finally {
    z.dispose()
  }
}

async function pixels(images: Tensor): Promise<Matrix64> {
  const rows = tidy(() => reshape(images, [images.shape[0], -1]))
  const read = await readMatrix(rows)
  rows.dispose()
  return read
}

function estimate(made: Matrix64, truth: Matrix64): ErrorEstimate {
  return estimateOf(truth, (i) => rowOf(made, i))
}

function meanImageError(support: Matrix64, truth: Matrix64): ErrorEstimate {
  const mean = columnMeans(support)
  return estimateOf(truth, () => mean)
}

function estimateOf(truth: Matrix64, made: (row: number) => Float64Array): ErrorEstimate {
  const errors = Float64Array.from({ length: truth.rows }, (_, i) => {
    const image = made(i)
    return rowOf(truth, i).reduce((sum, value, k) => sum + (value - image[k]!) ** 2, 0) / truth.columns
  })
  const mean = meanOf(errors)
  const variance = errors.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, errors.length - 1)
  return { mean, standardError: Math.sqrt(variance / errors.length) }
}

function nearestRows(x: Matrix64, among: Matrix64): number[] {
  return Array.from({ length: x.rows }, (_, i) => {
    const point = rowOf(x, i)
    let [best, least] = [0, Number.POSITIVE_INFINITY]
    for (let j = 0; j < among.rows; j++) {
      const other = rowOf(among, j)
      const distance = point.reduce((sum, value, k) => sum + (value - other[k]!) ** 2, 0)
      if (distance < least) [best, least] = [j, distance]
    }
    return best
  })
}
