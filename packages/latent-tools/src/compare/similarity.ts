/** How alike two sets of codes are, without any map. @module */
import { assertInteger, assertNumber, GenError } from '@gen/backend'
import { type Codes, readPair } from '../codes.ts'
import { type Matrix64, rowOf, takeColumns } from '../linear/matrix.ts'
import { crossProduct, gram, outerProduct } from '../linear/product.ts'
import { centred, meanOf, sumOfSquares } from '../linear/statistics.ts'
import { dot, svd } from '../linear/svd.ts'

/** Options of {@link cka}. */
export interface CkaOptions {
  /** `linear`, or a Gaussian kernel. @default 'linear' */
  kernel?: 'linear' | 'rbf'
  /** Width of the Gaussian, as a share of the median distance. @default 1 */
  width?: number
}

/**
 * Centred kernel alignment of codes of the same samples: `‖YᵀX‖² / (‖XᵀX‖·‖YᵀY‖)` for centred X and Y and the linear
 * kernel. In [0, 1]; not changed by rotations and a common scale.
 *
 * @throws GenError `shape` when the rows do not belong together; `value` for constant codes.
 * @see Similarity of neural network representations revisited (Kornblith et al., 2019) https://arxiv.org/abs/1905.00414
 * @example
 * const alike = cka(codesA, codesB)
 */
export function cka(a: Codes, b: Codes, { kernel = 'linear', width = 1 }: CkaOptions = {}): number {
  const where = 'latentTools.cka'
  const [x, y] = pairOf(where, a, b)
  if (kernel === 'linear') {
    const [p, q] = [centred(x), centred(y)]
    return sumOfSquares(crossProduct(p, q)) / Math.sqrt(sumOfSquares(gram(p)) * sumOfSquares(gram(q)))
  }
  assertNumber(where, 'width', width, { exclusiveMin: 0 })
  const [k, l] = [centredKernel(gaussian(x, width)), centredKernel(gaussian(y, width))]
  return dot(k.data, l.data) / Math.sqrt(sumOfSquares(k) * sumOfSquares(l))
}

/**
 * Canonical correlations of two sets of codes, from the largest: how well the best linear combinations of both agree.
 *
 * @throws GenError `shape` when the rows do not belong together or are not more than the dimensions.
 * @see Relations between two sets of variates (Hotelling, 1936) https://doi.org/10.1093/biomet/28.3-4.321
 * @example
 * const [best] = canonicalCorrelations(codesA, codesB)
 */
export function canonicalCorrelations(a: Codes, b: Codes): Float64Array {
  const where = 'latentTools.canonicalCorrelations'
  const [x, y] = pairOf(where, a, b)
  const most = Math.max(x.columns, y.columns)
  if (x.rows <= most) {
    throw new GenError(
      'shape',
      `${where}: expected more samples than dimensions, got ${x.rows} for ${most}; pass more, or use svcca`,
    )
  }
  return correlations(whitened(x, 1), whitened(y, 1))
}

/** Options of {@link svcca}. */
export interface SvccaOptions {
  /** Share of each space's variance to keep. @default 0.99 */
  keep?: number
}

/**
 * Singular vector canonical correlation: the mean canonical correlation of what is left of both spaces when the directions
 * of least variance are dropped. In [0, 1].
 *
 * @throws GenError `shape` when the rows do not belong together; `value` for constant codes.
 * @see SVCCA (Raghu et al., 2017) https://arxiv.org/abs/1706.05806
 * @example
 * const alike = svcca(codesA, codesB)
 */
export function svcca(a: Codes, b: Codes, { keep = 0.99 }: SvccaOptions = {}): number {
  const where = 'latentTools.svcca'
  assertNumber(where, 'keep', keep, { exclusiveMin: 0, max: 1 })
  const [x, y] = pairOf(where, a, b)
  return meanOf(correlations(whitened(x, keep), whitened(y, keep)))
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
  const [x, y] = pairOf('latentTools.distanceCorrelation', a, b)
  const roots = (m: Matrix64) => centredKernel({ ...m, data: m.data.map(Math.sqrt) })
  const [k, l] = [roots(squaredDistances(x)), roots(squaredDistances(y))]
  return Math.sqrt(Math.max(0, dot(k.data, l.data)) / Math.sqrt(sumOfSquares(k) * sumOfSquares(l)))
}

/** Options of {@link mutualNeighbours}. */
export interface MutualNeighboursOptions {
  /** Neighbours of each sample. @default 10 */
  neighbours?: number
}

/**
 * Share of each sample's nearest neighbours that are the same in both spaces, in [0, 1]; k/(n − 1) by chance.
 *
 * @throws GenError `shape` when the rows do not belong together; `range` for as many neighbours as samples.
 * @see The platonic representation hypothesis (Huh et al., 2024) https://arxiv.org/abs/2405.07987
 * @example
 * const shared = mutualNeighbours(codesA, codesB, { neighbours: 5 })
 */
export function mutualNeighbours(a: Codes, b: Codes, { neighbours = 10 }: MutualNeighboursOptions = {}): number {
  const where = 'latentTools.mutualNeighbours'
  const [x, y] = pairOf(where, a, b)
  assertInteger(where, 'neighbours', neighbours, { min: 1, max: x.rows - 1 })
  const [left, right] = [squaredDistances(x), squaredDistances(y)]
  let shared = 0
  for (let i = 0; i < x.rows; i++) {
    const near = new Set(nearest(rowOf(left, i), i, neighbours))
    shared += nearest(rowOf(right, i), i, neighbours).filter((j) => near.has(j)).length
  }
  return shared / (x.rows * neighbours)
}

function pairOf(where: string, a: Codes, b: Codes): [Matrix64, Matrix64] {
  const pair = readPair(where, a, b)
  if (pair[0].rows < 3) throw new GenError('shape', `${where}: expected at least 3 samples, got ${pair[0].rows}`)
  for (const [name, x] of [
    ['a', pair[0]],
    ['b', pair[1]],
  ] as const) {
    if (sumOfSquares(centred(x)) > 0) continue
    throw new GenError(
      'value',
      `${where}: expected codes that differ, got ${name} with all rows the same; the encoder has collapsed`,
    )
  }
  return pair
}

/** Orthonormal columns that span the directions with the given share of the variance. */
function whitened(x: Matrix64, keep: number): Matrix64 {
  const { u, values } = svd(centred(x))
  const total = values.reduce((sum, value) => sum + value * value, 0)
  let count = 0
  for (let sum = 0; count < values.length && values[count]! > 1e-12 * values[0]!; count++) {
    if (count > 0 && sum >= keep * total * (1 - 1e-12)) break
    sum += values[count]! ** 2
  }
  return takeColumns(u, count)
}

function correlations(x: Matrix64, y: Matrix64): Float64Array {
  return svd(crossProduct(x, y)).values.map((value) => Math.min(1, value))
}

function squaredDistances(x: Matrix64): Matrix64 {
  const out = outerProduct(x, x)
  const squares = Float64Array.from({ length: x.rows }, (_, i) => out.data[i * (x.rows + 1)]!)
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.rows; j++) {
      const at = i * x.rows + j
      out.data[at] = i === j ? 0 : Math.max(0, squares[i]! + squares[j]! - 2 * out.data[at]!)
    }
  }
  return out
}

function gaussian(x: Matrix64, width: number): Matrix64 {
  const squares = squaredDistances(x)
  const scale = 2 * width * width * median(squares.data)
  return { ...squares, data: squares.data.map((value) => Math.exp(-value / scale)) }
}

/** Rows and columns with mean 0. */
function centredKernel(k: Matrix64): Matrix64 {
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
