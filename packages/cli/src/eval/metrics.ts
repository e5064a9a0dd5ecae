/** The metrics that `gen eval --metrics` names. @module */
import { type Key, refusal } from '@gen/backend'
import {
  confidentShare,
  evaluateFeatures,
  type FeatureDescription,
  type FeatureMetric,
  inceptionScore,
  labelCoverage,
  type Matrix,
  type Measurement,
  matrix,
  modeCoverage,
} from '@gen/metrics'
import type { Subject } from './subject.ts'

/** A measurement that says which features it is about. */
export type Result = Measurement & { readonly features: FeatureDescription }

type Measure = (subject: Subject, key: Key, neighbors: number) => Result[] | undefined

const onFeatures =
  (metric: FeatureMetric): Measure =>
  ({ real, fake }, key, neighbors) =>
    evaluateFeatures(real, fake, { key, neighbors, metrics: [metric] })

/** A metric on the command line. */
export type MetricName =
  | 'fid'
  | 'kid'
  | 'prdc'
  | 'mmd'
  | 'sliced-wasserstein'
  | 'inception-score'
  | 'confident-share'
  | 'modes'

/** Each gives nothing where it does not apply. */
const table: Readonly<Record<MetricName, Measure>> = {
  fid: onFeatures('fid'),
  kid: onFeatures('kid'),
  // Recall and coverage move with the ratio of the two numbers, so both sets are cut to the smaller.
  prdc: (subject, key, neighbors) => onFeatures('prdc')(equallyMany(subject), key, neighbors),
  mmd: onFeatures('mmd'),
  'sliced-wasserstein': onFeatures('slicedWasserstein'),
  'inception-score': ({ probabilities: p }) => p && [inceptionScore(p, { splits: Math.min(10, p.rows) })],
  'confident-share': ({ probabilities }) => probabilities && [confidentShare(probabilities)],
  modes: (subject) => modes(subject),
}

/** All metrics, in the order in which they are measured. */
export const metricNames: readonly MetricName[] = Object.keys(table) as MetricName[]

/** What is measured unless told: `mmd` and `sliced-wasserstein` take longer and say little more. */
const usual: readonly MetricName[] = ['fid', 'kid', 'prdc', 'inception-score', 'confident-share', 'modes']

/**
 * Measures; without names what is usual and applies.
 *
 * @throws GenError 'config' for a metric that does not apply; otherwise as the metrics.
 */
export function measure(
  subject: Subject,
  { metrics, key, neighbors }: { metrics: readonly MetricName[]; key: Key; neighbors: number },
): Result[] {
  const results = (metrics.length > 0 ? metrics : usual).map((name) => {
    const measured: Result[] | undefined = table[name](subject, key, neighbors)
    if (measured || metrics.length === 0) return measured ?? []
    const needs = name === 'modes' ? 'digits, stacked digits or a toy with modes' : 'digits'
    throw refusal('config', 'gen eval', {
      expected: `data that are ${needs} for ${name}`,
      got: 'others',
      remedy: 'leave it out',
    })
  })
  return results.flat()
}

function equallyMany({ real, fake, ...rest }: Subject): Subject {
  const rows = Math.min(real.rows, fake.rows)
  const first = (set: Matrix): Matrix => ({ ...set, rows, data: set.data.subarray(0, rows * set.columns) })
  return { ...rest, real: first(real), fake: first(fake) }
}

function modes({ fake, probabilities, stacked, toy }: Subject): Result[] | undefined {
  const labeled = (name: string, count: number, labels: ArrayLike<number>, resizer = 'none'): Result[] => [
    { ...labelCoverage(labels, { modes: count }), features: { name, size: 1, resizer } },
  ]
  if (stacked) return labeled('gen-digits-1 classes of the channels', 1000, stacked)
  if (probabilities) {
    return labeled('gen-digits-1 classes', 10, mostProbable(probabilities), probabilities.features?.resizer)
  }
  if (!toy?.modes || toy.deviation === undefined) return undefined
  const measured = modeCoverage(fake, matrix(toy.modes), { deviation: toy.deviation })
  return [{ ...measured, features: { name: 'coordinates', size: 2, resizer: 'none' } }]
}

function mostProbable({ rows, columns, data }: Matrix): number[] {
  return Array.from({ length: rows }, (_, i) => {
    const row = data.subarray(i * columns, (i + 1) * columns)
    return row.indexOf(Math.max(...row))
  })
}
