/** All metrics on feature vectors at once. @module */
import { assertInteger, assertKey, fold, type Key, refusal } from '@gen/backend'
import { fid } from './distances/fid.ts'
import { kid } from './distances/kid.ts'
import { mmd } from './distances/mmd.ts'
import { prdc } from './distances/prdc.ts'
import { slicedWasserstein } from './distances/sliced-wasserstein.ts'
import type { Vectors } from './features/feature-matrix.ts'
import { readPair } from './features/read-vectors.ts'
import type { FeatureMeasurement } from './measurement.ts'

/** Metrics that compare two sets of feature vectors. */
export type FeatureMetric = 'fid' | 'kid' | 'prdc' | 'mmd' | 'slicedWasserstein'

/** All of {@link FeatureMetric}, in the order in which {@link evaluateFeatures} measures. */
export const featureMetrics: readonly FeatureMetric[] = ['fid', 'kid', 'prdc', 'mmd', 'slicedWasserstein']

/** Options of {@link evaluateFeatures}. */
export interface EvaluateFeaturesOptions {
  /** For the metrics that draw subsets or directions. */
  key: Key
  /** What to measure. @default all */
  metrics?: readonly FeatureMetric[]
  /** Neighbors of `prdc`. @default 5 */
  neighbors?: number
}

/**
 * Measures two sets of feature vectors with several metrics, with their defaults; `prdc` gives four measurements.
 *
 * @throws GenError `config` for an unknown metric; otherwise as the metrics.
 * @example
 * for (const { metric, value } of evaluateFeatures(real, fake, { key: key(0) })) table.push([metric, value])
 */
export function evaluateFeatures(
  real: Vectors,
  fake: Vectors,
  { key, metrics = featureMetrics, neighbors = 5 }: EvaluateFeaturesOptions,
): FeatureMeasurement[] {
  const where = 'metrics.evaluateFeatures'
  assertInteger(where, 'neighbors', neighbors, { min: 1 })
  assertKey(where, 'key', key)
  const unknown = metrics.find((metric) => !featureMetrics.includes(metric))
  if (unknown !== undefined) {
    throw refusal('config', where, {
      expected: `metrics among ${featureMetrics.join(', ')}`,
      got: unknown,
      remedy: 'leave it out',
    })
  }
  const pair = readPair(where, real, fake, 4)
  const measure: Record<FeatureMetric, () => FeatureMeasurement[]> = {
    fid: () => [fid(pair.real, pair.fake)],
    kid: () => [kid(pair.real, pair.fake, { key: fold(key, 0) })],
    prdc: () => Object.values(prdc(pair.real, pair.fake, { neighbors })),
    mmd: () => [mmd(pair.real, pair.fake)],
    slicedWasserstein: () => [slicedWasserstein(pair.real, pair.fake, { key: fold(key, 1) })],
  }
  return metrics.flatMap((metric) => measure[metric]())
}
