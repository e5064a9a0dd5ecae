/** Mean and covariance of feature vectors, in one pass, mergeable across shards. @module */
import { refusal } from '@gen/backend'

import { columnMeans, gram, type Matrix, type Matrix64, standardized } from '@gen/linear-algebra'
import type { FeatureDescription } from './feature-description.ts'
import type { Vectors } from './feature-matrix.ts'
import { readVectors } from './read-vectors.ts'

/** Mean and covariance of a set of feature vectors, in float64. */
export interface FeatureStatistics {
  readonly count: number
  readonly mean: Float64Array
  /** `size × size`, row by row, denominator n − 1; when `diagonal`, only the `size` variances. All 0 for one sample. */
  readonly covariance: Float64Array
  readonly diagonal: boolean
  readonly features?: FeatureDescription
}

/** Gathers {@link FeatureStatistics} batch by batch. */
export interface FeatureAccumulator {
  /** Takes in more samples. */
  add(x: Vectors): void
  /** Takes in what another accumulator (another shard, another machine) gathered. */
  merge(other: FeatureStatistics): void
  /** The statistics of all samples so far. Throws a GenError `shape` when there are none. */
  statistics(): FeatureStatistics
}

/** Options of {@link featureStatistics}. */
export interface FeatureStatisticsOptions {
  /** Keep only the variances: memory and time grow with the feature size, not its square. @default false */
  diagonal?: boolean
}

interface Moments {
  count: number
  mean: Float64Array
  /** Sum of (x − mean)(x − mean)ᵀ, or its diagonal. */
  scatter: Float64Array
}

const where = 'metrics.featureStatistics'
/** Rows at a time: enough that their product outweighs adding it to the others'. */
const chunkRows = 1024

/**
 * Makes an accumulator of mean and covariance. Merging shards gives the statistics of the whole, up to float64
 * rounding, in any order: with δ = mean_b − mean_a, `S = S_a + S_b + δδᵀ·n_a·n_b/(n_a + n_b)`. Subtracting the mean
 * first keeps the digits that `E[xxᵀ] − E[x]E[x]ᵀ` loses.
 *
 * @throws GenError `shape` for batches of another feature size, `non-finite` for NaN; `value` when a merged shard has
 * other features or another `diagonal`. A batch that throws is not taken in.
 * @see Updating formulae and a pairwise algorithm for computing sample variances (Chan, Golub & LeVeque, 1979)
 * http://i.stanford.edu/pub/cstr/reports/cs/tr/79/773/CS-TR-79-773.pdf
 * @example
 * const real = featureStatistics()
 * for (const batch of batches) real.add(batch)
 * const score = fid(real.statistics(), fakeFeatures)
 */
export function featureStatistics({ diagonal = false }: FeatureStatisticsOptions = {}): FeatureAccumulator {
  let total: Moments | undefined
  let features: FeatureDescription | undefined
  const take = (more: Moments, from: FeatureDescription | undefined) => {
    assertSameFeatures(features, from)
    total = total ? combine(total, more, diagonal) : more
    features ??= from
  }
  return {
    add: (x) => {
      const batch = readVectors(where, 'x', x)
      assertSize(total, batch.columns)
      take(momentsOf(batch, diagonal), batch.features)
    },
    merge: (other) => {
      assertDiagonal(diagonal, other.diagonal)
      assertSize(total, other.mean.length)
      const scatter = other.covariance.map((value) => value * (other.count - 1))
      take({ count: other.count, mean: other.mean, scatter }, other.features)
    },
    statistics: () => {
      if (!total)
        throw refusal('shape', where, { expected: 'at least 1 sample', got: '0', remedy: 'call add or merge first' })
      const { count, mean, scatter } = total
      const covariance = scatter.map((value) => value / Math.max(1, count - 1))
      return { count, mean: mean.slice(), covariance, diagonal, ...(features && { features }) }
    },
  }
}

function momentsOf(x: Matrix, diagonal: boolean): Moments {
  let total: Moments | undefined
  for (let start = 0; start < x.rows; start += chunkRows) {
    const chunk = momentsOfChunk(x, start, Math.min(chunkRows, x.rows - start), diagonal)
    total = total ? combine(total, chunk, diagonal) : chunk
  }
  return total!
}

function momentsOfChunk({ columns, data }: Matrix, start: number, rows: number, diagonal: boolean): Moments {
  const values = Float64Array.from(data.subarray(start * columns, (start + rows) * columns))
  const chunk = { rows, columns, data: values }
  const mean = columnMeans(chunk)
  const centered = standardized(chunk, mean)
  return { count: rows, mean, scatter: diagonal ? squares(centered) : gram(centered).data }
}

function squares({ rows, columns, data }: Matrix64): Float64Array {
  const out = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j]! += data[i * columns + j]! ** 2
  }
  return out
}

function combine(a: Moments, b: Moments, diagonal: boolean): Moments {
  const count = a.count + b.count
  const size = a.mean.length
  const delta = a.mean.map((value, j) => b.mean[j]! - value)
  const mean = a.mean.map((value, j) => value + (delta[j]! * b.count) / count)
  const weight = (a.count * b.count) / count
  const scatter = new Float64Array(a.scatter.length)
  if (diagonal) for (let i = 0; i < size; i++) scatter[i] = a.scatter[i]! + b.scatter[i]! + delta[i]! ** 2 * weight
  else {
    for (let i = 0, at = 0; i < size; i++) {
      const own = delta[i]!
      for (let j = 0; j < size; j++, at++) scatter[at] = a.scatter[at]! + b.scatter[at]! + own * delta[j]! * weight
    }
  }
  return { count, mean, scatter }
}

function assertSameFeatures(a: FeatureDescription | undefined, b: FeatureDescription | undefined): void {
  if (!a || !b || (a.name === b.name && a.resizer === b.resizer)) return
  throw refusal('value', where, {
    expected: `features ${a.name} (resizer ${a.resizer})`,
    got: `${b.name} (resizer ${b.resizer})`,
    remedy: 'use one extractor',
    details: { expected: a, got: b },
  })
}

function assertSize(total: Moments | undefined, size: number): void {
  if (!total || total.mean.length === size) return
  throw refusal('shape', where, {
    expected: `features of size ${total.mean.length}, as in earlier batches`,
    got: size,
    remedy: 'use one extractor',
    details: { expected: total.mean.length, got: size },
  })
}

function assertDiagonal(expected: boolean, got: boolean): void {
  if (expected === got) return
  throw refusal('value', where, {
    expected: `statistics with diagonal: ${expected}`,
    got: `diagonal: ${got}`,
    remedy: 'gather all shards alike',
    details: { expected, got },
  })
}
