/** Sliced Wasserstein distance. @module */
import { assertInteger, assertKey, assertNumber, type Key, normalArray, refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import { sharedFeatures } from '../features/feature-description.ts'
import type { Vectors } from '../features/feature-matrix.ts'
import { assertSameSize, readPair, readVectors } from '../features/read-vectors.ts'
import { type FeatureMeasurement, meanOf } from '../measurement.ts'
import { largestOrder, sortedCost } from './wasserstein-1d.ts'

/** Options of {@link slicedWasserstein}: give either a key or the directions. */
export interface SlicedWassersteinOptions {
  /** Draws the directions. */
  key?: Key
  /** Number of directions. @default 128 */
  projections?: number
  /**
   * Directions `[projections, size]`, taken at length 1 whatever theirs.
   * @default drawn evenly over the sphere by `key`
   */
  directions?: Vectors
  /** Order of the distance. @default 2 */
  p?: number
}

/**
 * Sliced Wasserstein distance `(E_θ W_p(θᵀx, θᵀy)^p)^(1/p)` over directions θ on the unit sphere; in the features'
 * units, 0 when the distributions agree. Costs n·log n per direction, where the exact distance costs n³. The standard
 * error is that of the random directions, not of the samples.
 *
 * @throws GenError `shape` for empty sets or different sizes; `non-finite`; `config` without key and directions;
 * `range`.
 * @see Sliced and Radon Wasserstein barycenters of measures (Bonneel et al., 2015)
 * https://doi.org/10.1007/s10851-014-0506-3
 * @example
 * const { value } = slicedWasserstein(real, fake, { key: key(0), projections: 256 })
 */
export function slicedWasserstein(
  real: Vectors,
  fake: Vectors,
  { key, projections = 128, directions, p = 2 }: SlicedWassersteinOptions,
): FeatureMeasurement {
  const where = 'metrics.slicedWasserstein'
  assertInteger(where, 'projections', projections, { min: 1 })
  assertNumber(where, 'p', p, { min: 1, max: largestOrder })
  if (key !== undefined) assertKey(where, 'key', key)
  const pair = readPair(where, real, fake)
  const features = sharedFeatures(where, pair.real, pair.fake)
  const thetas = directions
    ? readVectors(where, 'directions', directions)
    : drawDirections(where, key, projections, pair.real.columns)
  assertSameSize(where, pair.real.columns, thetas.columns, ['real', 'directions'])
  const gaps = Array.from({ length: thetas.rows }, (_, i) => {
    const theta = unit(where, thetas, i)
    return sortedCost(project(pair.real, theta).sort(), project(pair.fake, theta).sort(), p)
  })
  const scale = gaps.reduce((most, gap) => Math.max(most, gap.scale), 0)
  const costs = gaps.map((gap) => (scale > 0 ? gap.cost * (gap.scale / scale) ** p : 0))
  const { value: cost, standardError } = meanOf(costs)
  const value = scale * cost ** (1 / p)
  return {
    metric: 'sliced-wasserstein',
    value,
    ...(standardError !== undefined && { standardError: cost > 0 ? (standardError * value) / (p * cost) : 0 }),
    samples: { real: pair.real.rows, fake: pair.fake.rows },
    features,
    settings: { projections: thetas.rows, p },
    warnings: [],
  }
}

function drawDirections(where: string, key: Key | undefined, projections: number, size: number): Matrix {
  if (!key)
    throw refusal('config', where, { expected: 'a key or directions', got: 'neither', remedy: 'pass key: key(0)' })
  return { rows: projections, columns: size, data: normalArray(key, projections, size) }
}

function unit(where: string, { columns, data }: Matrix, row: number): Float64Array {
  const theta = Float64Array.from(data.subarray(row * columns, (row + 1) * columns))
  const largest = theta.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  // In units of the largest: neither its square nor that of the others leaves float64.
  const length = largest * Math.sqrt(theta.reduce((sum, value) => sum + (value / largest) ** 2, 0))
  if (largest === 0)
    throw refusal('value', where, {
      expected: 'directions with a length',
      got: `0 in row ${row}`,
      remedy: 'drop that row',
    })
  return theta.map((value) => value / length)
}

function project({ rows, columns, data }: Matrix, theta: Float64Array): Float64Array {
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * theta[j]!
    out[i] = sum
  }
  return out
}
