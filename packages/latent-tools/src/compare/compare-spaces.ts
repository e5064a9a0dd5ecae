/** Two models' latent spaces, compared by a map. @module */
import { assertInteger, assertKey, fold, type Key, permutation, refusal, scope } from '@gen/backend'
import { equalRows, type Matrix64, readMatrix, takeRows, zeroMatrix } from '@gen/linear-algebra'
import type { Decoder, LatentModel } from '@gen/model'
import { gather, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { assertList, assertTensor, given } from '../arguments.ts'
import { assertDecoder } from '../assert-model.ts'
import { readPair } from '../codes.ts'
import { assertLabels } from '../directions/labels.ts'
import { type LocateOptions, locate } from '../inversion/locate.ts'
import { type FitLinearMapOptions, fitLinearMap, type PairedCodes } from '../maps/fit-linear-map.ts'
import { type LinearMap, mapCodes } from '../maps/linear-map.ts'
import { svccaWhereDefined } from './canonical-correlation.ts'
import type { Comparison } from './comparison.ts'
import { comparisonPicture, comparisonReport } from './comparison-report.ts'
import { type ImageErrors, type ImageErrorsInput, imageErrors } from './image-errors.ts'
import { latentErrors } from './latent-errors.ts'
import { type ProbeAgreement, probeAgreement } from './probe-agreement.ts'
import { cka, distanceCorrelation, mutualNeighbors } from './similarity.ts'
import { supportCurve } from './support-curve.ts'

/** Options of {@link compareSpaces}. */
export interface CompareSpacesOptions {
  /** Images from which the map is fitted; the others test it. @default the smaller of 512 and half the images */
  support?: number
  /** How the map is fitted. @default { method: 'ridge' } */
  fit?: FitLinearMapOptions
  /** How images are found in each space. @default by `encode`, or by optimization where there is none */
  locate?: Omit<LocateOptions, 'key'>
  /** 0 or 1 for each image, by name: probes that should survive the map. */
  attributes?: Readonly<Record<string, ArrayLike<number>>>
  /** Sizes of support sets to draw the error curve with; `[]` for none. @default 8, 16, … up to the support */
  sizes?: readonly number[]
  /** Names in the report. @default ['A', 'B'] */
  names?: readonly [string, string]
  /** Images in the picture. @default 10 */
  shown?: number
  /** Test images of which the measures that cost n² take the first. @default 1000 */
  similaritySamples?: number
  /** Rows decoded at once. @default 64 */
  batchSize?: number
  key: Key
}

const where = 'latentTools.compareSpaces'

/**
 * Compares the latent spaces of two models: locates images in both, fits a linear map from A to B on some of them, and
 * measures on the others how well the map does, in the latent space and in images, against what it has to beat.
 *
 * The models need `decode` and `latentSize`; `encode` where they have it. Nothing is trained.
 *
 * @throws GenError `shape` for fewer than 8 images; and what {@link locate} and {@link fitLinearMap} throw.
 * @see Comparing the latent space of generative models (Asperti & Tonelli, 2022) https://arxiv.org/abs/2207.06812
 * @example
 * const { images, report, picture } = await compareSpaces(gan, vae, faces, { support: 512, key: key(0) })
 */
export async function compareSpaces(
  a: LatentModel,
  b: LatentModel,
  data: Tensor,
  options: CompareSpacesOptions,
): Promise<Comparison> {
  given(where, options)
  assertKey(where, 'key', options.key)
  assertDecoder(where, 'the first model', a)
  assertDecoder(where, 'the second model', b)
  assertCount(where, data)
  const codes = await locateBoth(a, b, data, options)
  return compareLocated(a, b, { ...codes, images: data }, options)
}

/** Images with their codes in both spaces, row by row. */
export interface LocatedImages extends PairedCodes {
  readonly images: Tensor
}

/**
 * {@link compareSpaces} of images that are located already: the models only decode.
 *
 * @throws GenError `shape` for fewer than 8 images or other numbers of codes; and what {@link fitLinearMap} throws.
 * @example
 * const found = await compareLocated(gan, vae, { a: codesInGan, b: codesInVae, images }, { key: key(0) })
 */
export async function compareLocated(
  a: Decoder,
  b: Decoder,
  imagesWithCodes: LocatedImages,
  options: Omit<CompareSpacesOptions, 'locate'>,
): Promise<Comparison> {
  const caller = 'latentTools.compareLocated'
  given(caller, options)
  assertKey(caller, 'key', options.key)
  assertDecoder(caller, 'the first model', a)
  assertDecoder(caller, 'the second model', b)
  const { images: data, ...located } = given(caller, imagesWithCodes, 'images with codes, { a, b, images },')
  const { fit = {}, names = ['A', 'B'], batchSize = 64, key } = options
  const count = assertCount(caller, data)
  assertInteger(caller, 'shown', options.shown ?? 10, { min: 1 })
  assertInteger(caller, 'similaritySamples', options.similaritySamples ?? 1000, { min: 3 })
  assertList(caller, 'names', names)
  given(caller, options.attributes ?? {}, 'attributes')
  for (const labels of Object.values(options.attributes ?? {})) assertLabels(caller, labels, count)
  const codes = pairedWith(caller, located, count)
  const size = options.support ?? Math.min(512, Math.floor(count / 2))
  assertInteger(where, 'support', size, { min: 2, max: count - 2 })
  const order = permutation(fold(key, 0), count)
  const parts = { support: order.slice(0, size), test: order.slice(size) }
  const [support, test] = [pairsOf(codes, parts.support), pairsOf(codes, parts.test)]
  const map = fitLinearMap(support, fit)
  const { errors, picture } = await measuredImages(
    { a, b, map, fit, batchSize },
    data,
    parts,
    { support, test },
    options,
  )
  const curveOptions = { ...fit, ...sizesOf(options), key: fold(key, 4) }
  const found = {
    names,
    points: { support: size, test: count - size },
    map,
    latent: latentErrors(mapCodes(map, test.a), test.b),
    images: errors,
    similarity: similarityOf(test, options.similaritySamples ?? 1000),
    probes: probesOf(map, support, test, parts, options),
    curve: options.sizes?.length === 0 ? [] : await supportCurve(support, test, curveOptions),
    picture,
    warnings: repeatedWarning(support.a, test.a),
  }
  return { ...found, report: comparisonReport(found) }
}

/** Test images whose codes were fitted to as well measure what was learned by heart. */
function repeatedWarning(support: Matrix64, test: Matrix64): string[] {
  const both = zeroMatrix(support.rows + test.rows, support.columns)
  both.data.set(support.data)
  both.data.set(test.data, support.data.length)
  const ids = equalRows(both)
  const seen = new Set(ids.subarray(0, support.rows))
  const repeated = ids.subarray(support.rows).filter((id) => seen.has(id)).length
  if (repeated === 0) return []
  return [
    `${repeated} of ${test.rows} test images have the code of a support image: their errors are not those of new images`,
  ]
}

/** Decodes, measures and draws; no image outlives it. */
async function measuredImages(
  made: Pick<ImageErrorsInput, 'a' | 'b' | 'map' | 'fit' | 'batchSize'>,
  data: Tensor,
  parts: { support: Int32Array; test: Int32Array },
  { support, test }: { support: Pairs; test: Pairs },
  { shown = 10, key }: CompareSpacesOptions,
): Promise<{ errors: ImageErrors; picture: Uint8Array | null }> {
  const memory = scope()
  try {
    const rows = { support: memory.keep(rowsOf(data, parts.support)), test: memory.keep(rowsOf(data, parts.test)) }
    const pairs = { support: { ...support, images: rows.support }, test: { ...test, images: rows.test } }
    const { errors, made: images } = await imageErrors({ ...made, ...pairs, key: fold(key, 3) }, memory)
    return { errors, picture: comparisonPicture([rows.test, images.throughA, images.mapped, images.throughB], shown) }
  } finally {
    memory.dispose()
  }
}

function assertCount(caller: string, data: Tensor): number {
  assertTensor(caller, 'images', data)
  const count = data.shape[0] ?? 0
  if (count < 8) throw refusal('shape', caller, { expected: 'at least 8 images', got: count, remedy: 'pass more' })
  return count
}

function pairedWith(caller: string, codes: PairedCodes, count: number): Pairs {
  const [a, b] = readPair(caller, codes.a, codes.b)
  if (a.rows === count) return { a, b }
  throw refusal('shape', caller, { expected: `a code for each of ${count} images`, got: a.rows })
}

interface Pairs {
  readonly a: Matrix64
  readonly b: Matrix64
}

async function locateBoth(a: LatentModel, b: LatentModel, data: Tensor, options: CompareSpacesOptions): Promise<Pairs> {
  const codesOf = async (model: LatentModel, key: Key): Promise<Matrix64> => {
    const { z, error } = await locate(model, data, { batchSize: options.batchSize ?? 64, ...options.locate, key })
    const codes = await readMatrix(z)
    z.dispose()
    error.dispose()
    return codes
  }
  return { a: await codesOf(a, fold(options.key, 1)), b: await codesOf(b, fold(options.key, 2)) }
}

function pairsOf({ a, b }: Pairs, rows: Int32Array): Pairs {
  return { a: takeRows(a, rows), b: takeRows(b, rows) }
}

function rowsOf(data: Tensor, rows: Int32Array): Tensor {
  return tidy(() => gather(data, tensor1d(rows, 'int32')))
}

function sizesOf({ sizes }: CompareSpacesOptions): { sizes?: readonly number[] } {
  return sizes ? { sizes } : {}
}

function similarityOf({ a, b }: Pairs, most: number): Comparison['similarity'] {
  const firsts = Array.from({ length: Math.min(most, a.rows) }, (_, i) => i)
  const [x, y] = [takeRows(a, firsts), takeRows(b, firsts)]
  return {
    cka: cka(x, y),
    svcca: svccaWhereDefined(x, y),
    distanceCorrelation: distanceCorrelation(x, y),
    mutualNeighbors: mutualNeighbors(x, y, { neighbors: Math.min(10, x.rows - 1) }),
  }
}

function probesOf(
  map: LinearMap,
  support: Pairs,
  test: Pairs,
  rows: { support: Int32Array; test: Int32Array },
  { attributes = {}, key }: CompareSpacesOptions,
): Record<string, ProbeAgreement> {
  const entries = Object.entries(attributes).map(([name, labels], place) => {
    const supportLabels = Array.from(rows.support, (row) => labels[row]!)
    const testLabels = Array.from(rows.test, (row) => labels[row]!)
    return [name, probeAgreement(map, { support, test, supportLabels, testLabels, key: fold(fold(key, 5), place) })]
  })
  return Object.fromEntries(entries)
}
