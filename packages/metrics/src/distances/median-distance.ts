/** The median heuristic for kernel bandwidths. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import { forEachUpperBlock } from '@gen/linear-algebra'
import type { Vectors } from '../features/feature-matrix.ts'
import { readPair } from '../features/read-vectors.ts'

const defaultRows = 500

/** Options of {@link medianDistance}. */
export interface MedianDistanceOptions {
  /** Distance: Euclidean, or the sum of absolute differences (for `laplacian`). @default 'euclidean' */
  distance?: 'euclidean' | 'manhattan'
  /** At most so many rows are looked at, evenly spaced through each set. @default 500 */
  rows?: number
}

/**
 * Median distance between the rows of two sets taken together, each pair once: the usual bandwidth of a kernel.
 *
 * @throws GenError as `mmd`.
 * @see Large sample analysis of the median heuristic (Garreau, Jitkrittum & Kanagawa, 2017)
 * https://arxiv.org/abs/1707.07269
 * @example
 * const kernel = rbf({ bandwidth: medianDistance(real, fake) })
 */
export function medianDistance(
  real: Vectors,
  fake: Vectors,
  { distance = 'euclidean', rows = defaultRows }: MedianDistanceOptions = {},
): number {
  const where = 'metrics.medianDistance'
  assertInteger(where, 'rows', rows, { min: 2 })
  const pair = readPair(where, real, fake)
  return middle(sortedDistances(where, pair.real, pair.fake, { distance, rows }))
}

/**
 * The median heuristic for two checked sets: where at least half of all pairs coincide, over the others, with a warning.
 * Throws a GenError `range` where all do.
 */
export function bandwidthOf(where: string, real: Matrix, fake: Matrix): { bandwidth: number; warnings: string[] } {
  const distances = sortedDistances(where, real, fake, { distance: 'euclidean', rows: defaultRows })
  const median = middle(distances)
  if (median > 0) return { bandwidth: median, warnings: [] }
  const apart = distances.filter((distance) => distance > 0)
  if (apart.length > 0) {
    const share = ((100 * (distances.length - apart.length)) / distances.length).toFixed(0)
    return {
      bandwidth: middle(apart),
      warnings: [`${share} % of all pairs are duplicates: the bandwidth is that of the others`],
    }
  }
  throw refusal('range', where, {
    expected: 'samples that are not all one point, to guess a bandwidth',
    got: 'a largest distance of 0',
    remedy: 'pass kernel: rbf({ bandwidth })',
  })
}

/** All distances between rows of the two sets together, each pair once, ascending. Throws a GenError `non-finite`. */
function sortedDistances(
  where: string,
  real: Matrix,
  fake: Matrix,
  { distance, rows }: Required<MedianDistanceOptions>,
): Float64Array {
  const pool = stack(thin(real, rows), thin(fake, rows))
  const distances = new Float64Array((pool.rows * (pool.rows - 1)) / 2)
  let count = 0
  forEachUpperBlock(pool, distance === 'euclidean' ? 'squared' : 'manhattan', (block) => {
    for (let i = 0; i < block.rows; i++) {
      const first = Math.max(0, block.rowStart + i + 1 - block.columnStart)
      for (let j = first; j < block.columns; j++) distances[count++] = block.values[i * block.stride + j]!
    }
  })
  const sorted = (distance === 'euclidean' ? distances.map(Math.sqrt) : distances).sort()
  if (Number.isFinite(sorted.at(-1))) return sorted
  throw refusal('non-finite', where, {
    expected: 'finite distances',
    got: 'infinity',
    remedy: 'scale the features down',
  })
}

/** The median of ascending numbers. */
function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

function thin({ rows, columns, data }: Matrix, limit: number): Matrix {
  const count = Math.min(rows, limit)
  const out = new Float64Array(count * columns)
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * rows) / count) * columns
    out.set(data.subarray(from, from + columns), i * columns)
  }
  return { rows: count, columns, data: out }
}

function stack(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.data.length + b.data.length)
  data.set(a.data)
  data.set(b.data, a.data.length)
  return { rows: a.rows + b.rows, columns: a.columns, data }
}
