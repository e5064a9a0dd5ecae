/** Exact Wasserstein distance of small samples. @module */
import { assertNumber, refusal } from '@gen/backend'
import { forEachBlock, largestOf, type Matrix } from '@gen/linear-algebra'
import { sharedFeatures } from '../features/feature-description.ts'
import type { Vectors } from '../features/feature-matrix.ts'
import { readPair } from '../features/read-vectors.ts'
import type { FeatureMeasurement } from '../measurement.ts'
import { assertTransportable, transport } from './transport.ts'
import { largestOrder } from './wasserstein-1d.ts'

/** Options of {@link wassersteinDistance}. */
export interface WassersteinDistanceOptions {
  /** Order of the distance. @default 2 */
  p?: number
}

/**
 * Exact Wasserstein distance `(min_π Σ π_ij ‖x_i − y_j‖^p)^(1/p)` between two samples, every point with equal mass.
 *
 * Exact for the samples, but these stand for the distributions only roughly: the distance of two samples of n from the
 * same distribution falls as slowly as n^(−1/size).
 *
 * @throws GenError `range` above `transportLimit` (2000) points a side; `shape`, `non-finite`.
 * @see Computational optimal transport (Peyré & Cuturi, 2019) https://arxiv.org/abs/1803.00567
 * @example
 * const { value } = wassersteinDistance(realPoints, fakePoints, { p: 1 })
 */
export function wassersteinDistance(
  real: Vectors,
  fake: Vectors,
  { p = 2 }: WassersteinDistanceOptions = {},
): FeatureMeasurement {
  const where = 'metrics.wasserstein'
  assertNumber(where, 'p', p, { min: 1, max: largestOrder })
  const pair = readPair(where, real, fake)
  assertTransportable(where, pair.real.rows, pair.fake.rows)
  const features = sharedFeatures(where, pair.real, pair.fake)
  const distances = distancesOf(pair.real, pair.fake)
  const scale = largestOf(distances)
  if (scale === Number.POSITIVE_INFINITY) {
    throw refusal('non-finite', where, { expected: 'finite distances', got: scale, remedy: 'scale the features down' })
  }
  const { cost } = transport(powers(distances, scale || 1, p))
  return {
    metric: 'wasserstein',
    value: scale * Math.max(0, cost) ** (1 / p),
    samples: { real: pair.real.rows, fake: pair.fake.rows },
    features,
    settings: { p },
    warnings: [],
  }
}

/** ‖x_i − y_j‖, `[x.rows, y.rows]`. */
function distancesOf(x: Matrix, y: Matrix): Matrix {
  const data = new Float64Array(x.rows * y.rows)
  forEachBlock(x, y, 'squared', ({ rowStart, rows, columnStart, columns, stride, values }) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        data[(rowStart + i) * y.rows + columnStart + j] = Math.sqrt(values[i * stride + j]!)
      }
    }
  })
  return { rows: x.rows, columns: y.rows, data }
}

/** Each distance in units of the largest, to the power p: of distances of 1e-20 or 1e20 no power is needed then. */
function powers({ rows, columns, data }: Matrix, scale: number, p: number): Matrix {
  return { rows, columns, data: data.map((distance) => (distance / scale) ** p) }
}
