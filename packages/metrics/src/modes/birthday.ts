/** The birthday paradox test for the size of a generator's support. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import { forEachUpperBlock } from '@gen/linear-algebra'
import { sharedFeatures } from '../features/feature-description.ts'
import type { Vectors } from '../features/feature-matrix.ts'
import { readVectors } from '../features/read-vectors.ts'
import type { FeatureMeasurement } from '../measurement.ts'

/** Two samples and their Euclidean distance. */
export interface SamplePair {
  readonly first: number
  readonly second: number
  readonly distance: number
}

/** Options of {@link supportSize}. */
export interface SupportSizeOptions {
  /**
   * Samples closer than this (Euclidean distance of features) count as duplicates. Look at {@link closestPairs} to
   * choose it.
   */
  threshold: number
}

/** Result of {@link supportSize}; `value` is the estimated number of distinct samples. */
export interface SupportMeasurement extends FeatureMeasurement {
  /** Pairs of duplicates found. */
  readonly collisions: number
  /** Number of pairs looked at, n(n − 1)/2. */
  readonly pairs: number
}

/**
 * Size of the support by the birthday paradox: among n samples of N equally likely ones, a share 1/N of the n(n − 1)/2
 * pairs are duplicates, so N ≈ pairs / collisions. (Half of all samples of n ≈ 1.18·√N hold a duplicate: the form in
 * which the paper states it.) Uneven supports give less, `1 / Σp²`. The standard error takes the collisions as Poisson.
 *
 * Without any duplicate the value is a lower bound (95 %, pairs / 3) and a warning says so.
 *
 * @throws GenError `shape` for fewer than 2 samples; `non-finite` for NaN; `range` for a threshold that is not above 0.
 * @see Do GANs learn the distribution? (Arora, Risteski & Zhang, 2018) https://openreview.net/forum?id=BJehNfW0-
 * @example
 * const { value, collisions } = supportSize(features, { threshold: 0.5 })
 */
export function supportSize(samples: Vectors, { threshold }: SupportSizeOptions): SupportMeasurement {
  const where = 'metrics.supportSize'
  assertNumber(where, 'threshold', threshold, { exclusiveMin: 0 })
  const x = readVectors(where, 'samples', samples, 2)
  let collisions = 0
  forEachPair(x, (_first, _second, squared) => {
    if (squared < threshold * threshold) collisions++
  })
  const pairs = (x.rows * (x.rows - 1)) / 2
  return {
    metric: 'support-size',
    // With no event seen, 3 is the 95 % upper bound on the expected number of events.
    value: pairs / (collisions || 3),
    ...(collisions > 0 && { standardError: pairs / collisions ** 1.5 }),
    collisions,
    pairs,
    samples: { fake: x.rows },
    features: sharedFeatures(where, x),
    settings: { threshold },
    warnings: collisionWarnings(collisions),
  }
}

/**
 * The pairs of samples closest to each other, nearest first: the candidates for duplicates, to be looked at by eye.
 *
 * @throws GenError as {@link supportSize}.
 * @example
 * const [{ first, second, distance }] = closestPairs(features, { count: 20 })
 */
export function closestPairs(samples: Vectors, { count = 20 }: { count?: number } = {}): SamplePair[] {
  const where = 'metrics.closestPairs'
  assertInteger(where, 'count', count, { min: 1 })
  const x = readVectors(where, 'samples', samples, 2)
  const nearest: SamplePair[] = []
  let bound = Number.POSITIVE_INFINITY
  forEachPair(x, (first, second, squared) => {
    if (squared >= bound) return
    const distance = Math.sqrt(squared)
    let at = nearest.length
    while (at > 0 && nearest[at - 1]!.distance > distance) at--
    nearest.splice(at, 0, { first, second, distance })
    if (nearest.length > count) nearest.pop()
    if (nearest.length === count) bound = nearest[count - 1]!.distance ** 2
  })
  return nearest
}

function forEachPair(x: Matrix, visit: (first: number, second: number, squared: number) => void): void {
  forEachUpperBlock(x, 'squared', ({ rowStart, rows, columnStart, columns, stride, values }) => {
    for (let i = 0; i < rows; i++) {
      const first = rowStart + i
      for (let j = Math.max(0, first + 1 - columnStart); j < columns; j++) {
        visit(first, columnStart + j, values[i * stride + j]!)
      }
    }
  })
}

function collisionWarnings(collisions: number): string[] {
  if (collisions === 0) return ['no duplicates: the value is a lower bound (95 %); take more samples to find the size']
  return collisions < 10
    ? [`only ${collisions} duplicates: the size is known to about a factor of ${collisions < 3 ? 3 : 2}`]
    : []
}
