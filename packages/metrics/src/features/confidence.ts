/** How sure a classifier is of generated samples. @module */
import { assertNumber } from '@gen/backend'
import type { FeatureMeasurement } from '../measurement.ts'
import { sharedFeatures } from './feature-description.ts'
import type { Vectors } from './feature-matrix.ts'
import { assertProbabilities } from './probabilities.ts'
import { readVectors } from './read-vectors.ts'

/** Options of {@link confidentShare}. */
export interface ConfidentShareOptions {
  /** The least probability of the best class. @default 0.9 */
  threshold?: number
}

/**
 * The share of samples, 0…1, whose most probable class has at least the probability `threshold`: what can be named at all. Give
 * the share of real samples beside it; it does not reach 1 either.
 *
 * @param probabilities - Class probabilities `[samples, classes]`.
 * @throws GenError `range` for a threshold outside 0…1 or rows that are not probabilities; `shape`, `non-finite`.
 * @example
 * const { value } = confidentShare(tensor2d([[0.95, 0.05], [0.6, 0.4]])) // 0.5
 */
export function confidentShare(
  probabilities: Vectors,
  { threshold = 0.9 }: ConfidentShareOptions = {},
): FeatureMeasurement {
  const where = 'metrics.confidentShare'
  assertNumber(where, 'threshold', threshold, { min: 0, max: 1 })
  const p = readVectors(where, 'probabilities', probabilities)
  assertProbabilities(where, p)
  let sure = 0
  for (let i = 0; i < p.rows; i++) {
    if (Math.max(...p.data.subarray(i * p.columns, (i + 1) * p.columns)) >= threshold) sure += 1
  }
  const value = sure / p.rows
  return {
    metric: 'confident-share',
    value,
    standardError: Math.sqrt((value * (1 - value)) / p.rows),
    samples: { fake: p.rows },
    features: sharedFeatures(where, p),
    settings: { threshold },
    warnings: [],
  }
}
