/** How alike two sets of codes are, without any map. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import {
  centered,
  crossProduct,
  dotProduct,
  gram,
  type Matrix64,
  meanOf,
  rowOf,
  squaredDistances,
  sumOfSquares,
} from '@gen/linear-algebra'
import { assertOneOf, given } from '../arguments.ts'
import type { Codes } from '../codes.ts'
import { differingPair } from './differing-pair.ts'

/** Options of {@link cka}. */
export interface CkaOptions {
  /** `linear`, or a Gaussian kernel. @default 'linear' */
  kernel?: 'linear' | 'rbf'
  /** Width of the Gaussian, as a share of the median distance (of those above 0 where most codes coincide). @default 1 */
  width?: number
}

/**
 * Centered kernel alignment of codes of the same samples: `‖YᵀX‖² / (‖XᵀX‖·‖YᵀY‖)` for centered X and Y and the linear
 * kernel. In [0, 1]; not changed by rotations and a common scale.
 *
 * @throws GenError `shape` when the rows do not belong together; `value` for constant codes.
 * @see Similarity of neural network representations revisited (Kornblith et al., 2019) https://arxiv.org/abs/1905.00414
 * @example
 * const alike = cka(codesA, codesB)
 */
export function cka(a: Codes, b: Codes, options: CkaOptions = {}): number {
  const where = 'latentTools.cka'
  const { kernel = 'linear', width = 1 } = given(where, options)
  assertOneOf(where, 'kernel', kernel, ['linear', 'rbf'])
  const [x, y] = differingPair(where, a, b)
  if (kernel === 'linear') {
    const [p, q] = [centered(x), centered(y)]
    return sumOfSquares(crossProduct(p, q)) / Math.sqrt(sumOfSquares(gram(p)) * sumOfSquares(gram(q)))
  }
  assertNumber(where, 'width', width, { exclusiveMin: 0 })
  const [k, l] = [centeredKernel(gaussian(x, width)), centeredKernel(gaussian(y, width))]
  return dotProduct(k.data, l.data) / Math.sqrt(sumOfSquares(k) * sumOfSquares(l))
}

/**
 * Distance correlation: 0 only for independent codes, 1 for spaces that are equal up to rotation, shift and scale; sees
 * non-linear dependence too. Costs n² in the number of samples.
 *
 * @throws GenError `shape` when the rows do not belong together; `value` for constant codes.
 * @see Measuring and testing dependence by correlation of distances (Székely et al., 2007) https://arxiv.org/abs/0803.4101
 * @example
 * const related = distanceCorrelation(codesA, codesB)
 */
export function distanceCorrelation(a: Codes, b: Codes): number {
  const [x, y] = differingPair('latentTools.distanceCorrelation', a, b)
  const roots = (m: Matrix64) => centeredKernel({ ...m, data: m.data.map(Math.sqrt) })
  const [k, l] = [roots(squaredDistances(x)), roots(squaredDistances(y))]
  return Math.sqrt(Math.max(0, dotProduct(k.data, l.data)) / Math.sqrt(sumOfSquares(k) * sumOfSquares(l)))
}

/** Options of {@link mutualNeighbors}. */
export interface MutualNeighborsOptions {
  /** Neighbors of each sample. @default 10 */
  neighbors?: number
}

/**
 * Share of each sample's nearest neighbors that are the same in both spaces, in [0, 1]; k/(n − 1) by chance.
 *
 * @throws GenError `shape` when the rows do not belong together; `range` for as many neighbors as samples.
 * @see The platonic representation hypothesis (Huh et al., 2024) https://arxiv.org/abs/2405.07987
 * @example
 * const shared = mutualNeighbors(codesA, codesB, { neighbors: 5 })
 */
export function mutualNeighbors(a: Codes, b: Codes, options: MutualNeighborsOptions = {}): number {
  const where = 'latentTools.mutualNeighbors'
  const { neighbors = 10 } = given(where, options)
  const [x, y] = differingPair(where, a, b)
  assertInteger(where, 'neighbors', neighbors, { min: 1, max: x.rows - 1 })
  const [left, right] = [squaredDistances(x), squaredDistances(y)]
  let shared = 0
  for (let i = 0; i < x.rows; i++) {
    const near = new Set(nearest(rowOf(left, i), i, neighbors))
    shared += nearest(rowOf(right, i), i, neighbors).filter((j) => near.has(j)).length
  }
  return shared / (x.rows * neighbors)
}

function gaussian(x: Matrix64, width: number): Matrix64 {
  const squares = squaredDistances(x)
  // Where most codes coincide, the median is 0 and no width: that of the codes that differ takes its place.
  const middle = median(squares.data) || median(squares.data.filter((value) => value > 0))
  const scale = 2 * width * width * middle
  return { ...squares, data: squares.data.map((value) => Math.exp(-value / scale)) }
}

/** Rows and columns with mean 0. */
function centeredKernel(k: Matrix64): Matrix64 {
  const means = Float64Array.from({ length: k.rows }, (_, i) => meanOf(rowOf(k, i)))
  const overall = meanOf(means)
  const data = k.data.map((value, at) => value - means[Math.floor(at / k.rows)]! - means[at % k.rows]! + overall)
  return { ...k, data }
}

function nearest(distances: Float64Array, self: number, count: number): number[] {
  const order = [...distances.keys()].filter((j) => j !== self)
  return order.sort((i, j) => distances[i]! - distances[j]!).slice(0, count)
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
