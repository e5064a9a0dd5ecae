/** Which points make a good support set. @module */
import { assertInteger, assertKey, fold, type Key, permutation, refusal, uniformArray } from '@gen/backend'
import {
  centered,
  columnMeans,
  columnScales,
  dotProduct,
  gram,
  kMeans,
  kMeansPlusPlus,
  type Matrix64,
  nearestRow,
  product,
  rankTolerance,
  ridgeRegression,
  rowOf,
  squaredDistance,
  standardized,
  symmetricEigen,
  takeRows,
  zeroMatrix,
} from '@gen/linear-algebra'
import { assertOneOf, given } from '../arguments.ts'
import { type Codes, readCodes } from '../codes.ts'
import { scaled } from './scaling.ts'

/** How points are chosen: see {@link choosePoints}. */
export type PointMethod = 'random' | 'kMeans' | 'farthest' | 'leverage' | 'dOptimal' | 'greedy'

/** Options of {@link choosePoints}. */
export interface ChoosePointsOptions {
  /** Number of points. */
  size: number
  /** @default 'random' */
  method?: PointMethod
  /** Codes of the same points in the other space; needed by `greedy`. */
  target?: Codes
  key: Key
}

const where = 'latentTools.choosePoints'

/** All methods. */
export const pointMethods: readonly PointMethod[] = ['random', 'kMeans', 'farthest', 'leverage', 'dOptimal', 'greedy']

/**
 * Chooses rows of a set of codes; the rows' numbers, without repetition.
 *
 * | method | what |
 * |---|---|
 * | `random` | all equally likely |
 * | `kMeans` | the points nearest to the centers of k-means |
 * | `farthest` | each next one farthest from those chosen: the corners of the space |
 * | `leverage` | at random in proportion to their leverage xᵀ(XᵀX)⁻¹x: what regression leans on |
 * | `dOptimal` | each next one adds most to det(XᵀX): the least uncertain map |
 * | `greedy` | in eight rounds, those that a map from the points so far gets most wrong |
 *
 * Shifts and the units of a space change no choice; of single dimensions they change none of `leverage` and `dOptimal`.
 *
 * @throws GenError `range` for a size above the number of rows; `config` for greedy without target.
 * @see Optimal design of experiments (Fedorov, 1972); Leverage scores (Drineas et al., 2006)
 * https://doi.org/10.1145/1109557.1109682
 * @example
 * const rows = choosePoints(codes, { size: 64, method: 'dOptimal', key: key(0) })
 */
export function choosePoints(codes: Codes, options: ChoosePointsOptions): Int32Array {
  const { size, method = 'random', target, key } = given(where, options)
  const x = readCodes(where, 'codes', codes)
  assertOneOf(where, 'method', method, pointMethods)
  assertKey(where, 'key', key)
  assertInteger(where, 'size', size, { min: 1, max: x.rows })
  if (method === 'random') return permutation(key, x.rows).slice(0, size)
  if (method === 'kMeans') return nearestToCenters(x, size, key)
  if (method === 'farthest') return farthestPoints(x, size)
  if (method === 'leverage') return byLeverage(whitened(x), size, key)
  if (method === 'dOptimal') return dOptimal(whitened(x), size)
  if (!target)
    throw refusal('config', where, {
      expected: "target with method 'greedy'",
      got: 'none',
      remedy: 'pass target: codes of the other space',
    })
  return greedyByError(x, readCodes(where, 'target', target), size, key)
}

/** A start at the point farthest from the mean, so that nothing is random. */
function farthestPoints(x: Matrix64, size: number): Int32Array {
  const z = centered(x)
  const nearest = Float64Array.from({ length: x.rows }, (_, i) => dotProduct(rowOf(z, i), rowOf(z, i)))
  const chosen = [indexOfLargest(nearest)]
  nearest.fill(Number.POSITIVE_INFINITY)
  while (chosen.length < size) {
    const last = rowOf(x, chosen[chosen.length - 1]!)
    for (let i = 0; i < x.rows; i++) nearest[i] = Math.min(nearest[i]!, squaredDistance(rowOf(x, i), last))
    for (const i of chosen) nearest[i] = -1
    chosen.push(indexOfLargest(nearest))
  }
  return Int32Array.from(chosen)
}

/** The nearest point to each center of k-means that no other center took. */
function nearestToCenters(x: Matrix64, size: number, key: Key): Int32Array {
  const starts = kMeansPlusPlus(x, uniformArray(key, size, 1))
  // With fewer different points than centers, what is left starts at the first and never moves.
  while (starts.length < size) starts.push(0)
  const { centers } = kMeans(x, takeRows(x, starts))
  const taken = new Set<number>()
  for (let c = 0; c < size; c++) taken.add(nearestRow(x, rowOf(centers, c), taken))
  return Int32Array.from(taken)
}

/**
 * Codes with an intercept, in a basis where XᵀX is the identity: leverage is then the squared length of a row. Directions
 * in which the codes do not vary stay 0.
 */
function whitened(x: Matrix64): Matrix64 {
  const means = columnMeans(x)
  const z = standardized(x, means, columnScales(x, means))
  const { values, vectors } = symmetricEigen(gram(z))
  const along = product(z, vectors)
  const out = zeroMatrix(x.rows, x.columns + 1)
  for (let i = 0; i < x.rows; i++) {
    const to = rowOf(out, i)
    // The columns are centered, so the intercept is orthogonal to all of them.
    to[0] = 1 / Math.sqrt(x.rows)
    rowOf(along, i).forEach((value, j) => {
      if (values[j]! > rankTolerance ** 2 * values[0]!) to[j + 1] = value / Math.sqrt(values[j]!)
    })
  }
  return out
}

/** Draws without replacement, by exponential clocks whose rate is the leverage. */
function byLeverage(x: Matrix64, size: number, key: Key): Int32Array {
  const clocks = uniformArray(key, x.rows, 1)
  const times = Float64Array.from(
    clocks,
    (u, i) => -Math.log(1 - u) / Math.max(1e-300, dotProduct(rowOf(x, i), rowOf(x, i))),
  )
  return Int32Array.from([...times.keys()].sort((i, j) => times[i]! - times[j]!).slice(0, size))
}

/** Greedy D-optimal design; the inverse is kept up by rank-one updates, from a small multiple of the identity. */
function dOptimal(x: Matrix64, size: number): Int32Array {
  const d = x.columns
  const inverse = new Float64Array(d * d)
  for (let i = 0; i < d; i++) inverse[i * d + i] = x.rows
  const leverage = Float64Array.from({ length: x.rows }, (_, i) => x.rows * dotProduct(rowOf(x, i), rowOf(x, i)))
  const chosen = new Set<number>()
  while (chosen.size < size) {
    for (const i of chosen) leverage[i] = -1
    const best = indexOfLargest(leverage)
    chosen.add(best)
    const point = rowOf(x, best)
    const image = Float64Array.from({ length: d }, (_, i) => dotProduct(inverse.subarray(i * d, (i + 1) * d), point))
    const factor = 1 / (1 + dotProduct(image, point))
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) inverse[i * d + j]! -= factor * image[i]! * image[j]!
    for (let i = 0; i < x.rows; i++) leverage[i]! -= factor * dotProduct(rowOf(x, i), image) ** 2
  }
  return Int32Array.from(chosen)
}

const rounds = 8

function greedyByError(x: Matrix64, target: Matrix64, size: number, key: Key): Int32Array {
  if (target.rows !== x.rows) {
    throw refusal('shape', where, {
      expected: 'as many rows in target as in codes',
      got: `${target.rows} and ${x.rows}`,
    })
  }
  const [from, to] = [scaled(x, true, 'isotropic').values, scaled(target, true, 'isotropic').values]
  const order = permutation(fold(key, 0), x.rows)
  const chosen = new Set<number>(order.slice(0, Math.ceil(size / rounds)))
  while (chosen.size < size) {
    const rows = [...chosen]
    const { weights } = ridgeRegression(takeRows(from, rows), takeRows(to, rows), 1)
    const errors = Float64Array.from({ length: x.rows }, (_, i) =>
      chosen.has(i) ? -1 : errorOf(from, to, weights!, i),
    )
    const worst = [...errors.keys()].sort((i, j) => errors[j]! - errors[i]!)
    for (const i of worst.slice(0, Math.min(Math.ceil(size / rounds), size - chosen.size))) chosen.add(i)
  }
  return Int32Array.from(chosen)
}

function errorOf(x: Matrix64, y: Matrix64, weights: Matrix64, row: number): number {
  const mapped = new Float64Array(y.columns)
  rowOf(x, row).forEach((value, k) => {
    for (let j = 0; j < y.columns; j++) mapped[j]! += value * weights.data[k * y.columns + j]!
  })
  return squaredDistance(mapped, rowOf(y, row))
}

function indexOfLargest(values: Float64Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}
