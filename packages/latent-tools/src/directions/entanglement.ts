/** What editing changes, and what it should not. @module */
import { assertNumber, assertRank, refusal, scope } from '@gen/backend'
import {
  columnDeviations,
  columnMeans,
  dotProduct,
  type Matrix64,
  readMatrix,
  rowOf,
  zeroMatrix,
} from '@gen/linear-algebra'
import type { Decoder } from '@gen/model'
import { reshape, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { assertDirection, assertFunction, assertList, assertTensor, given } from '../arguments.ts'
import { assertDecoder } from '../assert-model.ts'
import { readCodes } from '../codes.ts'
import { decodeAll, inBatches } from '../in-batches.ts'
import type { Direction } from './attribute-direction.ts'
import { moveBy } from './edit.ts'

/** Measures attributes of images: `[n, …]` to `[n, attributes]`, by a classifier or by known rules. */
export type Measure = (images: Tensor) => Tensor2D | Promise<Tensor2D>

/** Options of {@link entanglement}. */
export interface EntanglementOptions {
  /** Latent units by which codes are moved, up and down. @default 1 */
  amount?: number
  /** Codes decoded at once. @default 64 */
  batchSize?: number
}

/** Which attributes change when codes move along which directions. */
export interface Entanglement {
  /** `[directions, attributes]`: mean change of the attribute per latent unit, in its own units. */
  readonly change: Matrix64
  /** The same in standard deviations of each attribute over the codes as they were; 0 for a constant attribute. */
  readonly relative: Matrix64
}

/**
 * The entanglement matrix: moves codes `z [n, size]` both ways along each direction, decodes, measures, and gives the mean
 * change of every attribute per latent unit. With attribute i's direction in row i, the diagonal is what is wanted and all
 * else is entanglement. Compare it before and after {@link projectDirection}.
 *
 * @throws GenError `shape` for directions of another space; `range`.
 * @see Interpreting the latent space of GANs (Shen et al., 2020) https://arxiv.org/abs/1907.10786
 * @example
 * const { relative } = await entanglement(vae, z, [glasses, mouth], (images) => classifier.predict(images))
 */
export async function entanglement(
  decoder: Decoder,
  z: Tensor2D,
  directions: readonly Pick<Direction, 'normal'>[],
  measure: Measure,
  options: EntanglementOptions = {},
): Promise<Entanglement> {
  const where = 'latentTools.entanglement'
  const { amount = 1, batchSize = 64 } = given(where, options)
  assertDecoder(where, 'the decoder', decoder)
  assertTensor(where, 'z', z)
  assertList(where, 'directions', directions)
  for (const direction of directions) assertDirection(where, 'a direction', direction)
  assertFunction(where, 'measure', measure)
  assertNumber(where, 'amount', amount, { exclusiveMin: 0 })
  if (directions.length === 0) throw refusal('shape', where, { expected: 'at least one direction', got: 'none' })
  const measured = (codes: Tensor2D) => described(where, 'measure', decoder, codes, batchSize, measure)
  const spread = columnDeviations(await measured(z))
  const change = zeroMatrix(directions.length, spread.length)
  for (const [i, direction] of directions.entries()) {
    const means: Float64Array[] = []
    for (const side of [amount, -amount]) {
      const moved = moveBy(z, direction, side)
      try {
        means.push(columnMeans(await measured(moved)))
      } finally {
        moved.dispose()
      }
    }
    rowOf(change, i).set(means[0]!.map((value, j) => (value - means[1]![j]!) / (2 * amount)))
  }
  const relative = { ...change, data: change.data.map((value, at) => share(value, spread[at % spread.length]!)) }
  return { change, relative }
}

/** Summary of an entanglement matrix whose row i is the direction of attribute i. */
export interface EntanglementSummary {
  /** Mean absolute change of the attribute that is meant. */
  readonly wanted: number
  /** Mean absolute change of the others. */
  readonly unwanted: number
  /** unwanted ÷ wanted: 0 is perfect. */
  readonly ratio: number
}

/**
 * The diagonal against the rest.
 *
 * @throws GenError `shape` for a matrix that is not square.
 * @example
 * const { ratio } = summarizeEntanglement(relative)
 */
export function summarizeEntanglement(matrix: Matrix64): EntanglementSummary {
  const { rows, columns, data } = readCodes('latentTools.summarizeEntanglement', 'the matrix', matrix)
  if (rows !== columns || rows < 2) {
    const got = `${rows} × ${columns}`
    throw refusal('shape', 'latentTools.summarizeEntanglement', {
      expected: 'a square matrix of 2 attributes or more',
      got,
    })
  }
  let [wanted, unwanted] = [0, 0]
  data.forEach((value, at) => {
    if (at % (rows + 1) === 0) wanted += Math.abs(value) / rows
    else unwanted += Math.abs(value) / (rows * (rows - 1))
  })
  return { wanted, unwanted, ratio: share(unwanted, wanted) }
}

/** Describes images by vectors `[n, features]`, such as a recognition network's. @default pixels, less their mean image */
export type FeatureFunction = (images: Tensor) => Tensor2D | Promise<Tensor2D>

/** Options of {@link identityKept}. */
export interface IdentityOptions {
  /** @default the pixels */
  features?: FeatureFunction
  /** Codes decoded at once. @default 64 */
  batchSize?: number
}

/**
 * How much of each image an edit keeps: the cosine between its features before and after, both less the mean features
 * before, so that what all images share does not count. 1 is the same image; about 0 another one.
 *
 * @returns One number for each code.
 * @throws GenError `shape` for another number of codes after than before; `value` where all features before are the same,
 * as those of a single code are.
 * @example
 * const kept = await identityKept(vae, z, moveBy(z, glasses, 2), { features: (x) => network.features(x) })
 */
export async function identityKept(
  decoder: Decoder,
  before: Tensor2D,
  after: Tensor2D,
  options: IdentityOptions = {},
): Promise<Float64Array> {
  const where = 'latentTools.identityKept'
  const { features, batchSize = 64 } = given(where, options)
  assertDecoder(where, 'the decoder', decoder)
  assertTensor(where, 'before', before)
  assertTensor(where, 'after', after)
  if (before.shape[0] !== after.shape[0]) {
    const got = `${before.shape[0]} and ${after.shape[0]}`
    throw refusal('shape', where, { expected: 'as many codes after the edit as before', got })
  }
  const pixels: FeatureFunction = (x) => tidy(() => reshape(x, [x.shape[0], -1]))
  const of = (codes: Tensor2D) => described(where, 'features', decoder, codes, batchSize, features ?? pixels)
  const [x, y] = [await of(before), await of(after)]
  const mean = columnMeans(x)
  if (!columnDeviations(x, mean).some((deviation) => deviation > 0)) {
    throw refusal('value', where, {
      expected: 'codes with different features',
      got: `${x.rows} times the same`,
      remedy: 'pass more',
    })
  }
  return Float64Array.from({ length: x.rows }, (_, i) => {
    const [p, q] = [rowOf(x, i).map((v, k) => v - mean[k]!), rowOf(y, i).map((v, k) => v - mean[k]!)]
    return share(dotProduct(p, q), Math.sqrt(dotProduct(p, p) * dotProduct(q, q)))
  })
}

function share(value: number, whole: number): number {
  return whole > 0 ? value / whole : 0
}

/** What a function says of the images of codes. */
async function described(
  where: string,
  name: string,
  decoder: Decoder,
  codes: Tensor2D,
  batchSize: number,
  describe: Measure,
): Promise<Matrix64> {
  const memory = scope()
  try {
    const images = memory.keep(await decodeAll(where, decoder, codes, batchSize))
    const values = memory.keep(await inBatches(where, name, images, batchSize, describe))
    assertRank(where, `${name}(images)`, values, 2, 'give a row of numbers for each image')
    return await readMatrix(memory.keep(reshape(values, [values.shape[0], values.shape[1]!])))
  } finally {
    memory.dispose()
  }
}
