/** The median heuristic for kernel bandwidths. @module */
import { assertInteger } from '@gen/backend'
import type { Matrix, Vectors } from './matrix.ts'
import { forEachUpperBlock } from './pairwise.ts'
import { readPair } from './read-vectors.ts'

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
  { distance = 'euclidean', rows = 500 }: MedianDistanceOptions = {},
): number {
  const where = 'metrics.medianDistance'
  assertInteger(where, 'rows', rows, { min: 2 })
  const pair = readPair(where, real, fake)
  const pool = stack(thin(pair.real, rows), thin(pair.fake, rows))
  const distances = new Float64Array((pool.rows * (pool.rows - 1)) / 2)
  let count = 0
  forEachUpperBlock(pool, distance === 'euclidean' ? 'squared' : 'manhattan', (block) => {
    for (let i = 0; i < block.rows; i++) {
      const first = Math.max(0, block.rowStart + i + 1 - block.columnStart)
      for (let j = first; j < block.columns; j++) distances[count++] = block.values[i * block.stride + j]!
    }
  })
  distances.sort()
  const root = distance === 'euclidean' ? Math.sqrt : (value: number) => value
  const half = count >> 1
  return count % 2 ? root(distances[half]!) : (root(distances[half - 1]!) + root(distances[half]!)) / 2
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
