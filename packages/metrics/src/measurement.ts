/** What a metric returns: the number, and what is needed to read it. @module */
import type { FeatureDescription } from './features/feature-description.ts'

/** How many samples went in, by the role they had. */
export interface SampleCounts {
  readonly real?: number
  readonly fake?: number
}

/** A setting that the number depends on. */
export type Setting = number | string | boolean | readonly number[]

/** A measured number with its context; plain data, so `JSON.stringify` keeps all of it. */
export interface Measurement {
  /** Name of the metric, e.g. `fid`. */
  readonly metric: string
  readonly value: number
  /** One standard deviation of `value` over repetitions, where it can be estimated. */
  readonly standardError?: number
  readonly samples: SampleCounts
  /** The settings that the number depends on. */
  readonly settings: Readonly<Record<string, Setting>>
  /** Reasons to doubt the number, in words; empty when there are none. */
  readonly warnings: readonly string[]
}

/** A measurement on feature vectors; says which features. */
export interface FeatureMeasurement extends Measurement {
  readonly features: FeatureDescription
}

/** A measurement that is a mean over samples. */
export interface SampleMeasurement extends Measurement {
  /** The value of each sample, in order. */
  readonly perSample: readonly number[]
}

/** Mean and standard error of the mean of independent values; no standard error for fewer than two. */
export function meanOf(values: ArrayLike<number>): { value: number; standardError?: number } {
  const n = values.length
  let sum = 0
  for (let i = 0; i < n; i++) sum += values[i]!
  const value = sum / n
  const deviation = standardDeviation(values)
  return deviation === undefined || Number.isNaN(deviation)
    ? { value }
    : { value, standardError: deviation / Math.sqrt(n) }
}

/** Standard deviation with denominator n − 1; undefined for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number | undefined {
  const n = values.length
  if (n < 2) return undefined
  let mean = 0
  for (let i = 0; i < n; i++) mean += values[i]! / n
  let squares = 0
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2
  return Math.sqrt(squares / (n - 1))
}
