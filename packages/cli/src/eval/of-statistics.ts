/** `gen eval` where each machine has measured its own samples. @module */
import { refusal } from '@gen/backend'
import type { Dataset } from '@gen/data'
import {
  measureStatistics,
  mergedStatistics,
  type StatisticsMetric,
  statisticsFile,
  statisticsMetrics,
  statisticsOf,
} from '../parts/statistics.ts'
import { writeOutput } from '../write-output.ts'
import type { Result } from './metrics.ts'
import { type Parts, type Source, samplesOfParts } from './sources.ts'
import { featuresOf, type SubjectOptions } from './subject.ts'

/** What came out, and of what. */
export interface Measured {
  readonly count: number
  /** How the samples were drawn, where that is known. */
  readonly drawn?: object | undefined
  readonly results: readonly Result[]
}

/** What is asked of sums over samples. */
export interface SumsOptions extends Pick<SubjectOptions, 'data' | 'features'> {
  readonly metrics: readonly string[]
}

const command = 'gen eval'

/**
 * Measures by the sums over all parts alone.
 *
 * @throws GenError 'config' for a metric that needs the samples; otherwise as the metrics.
 */
export async function measureSums(
  parts: Parts,
  real: Dataset,
  { metrics, data, features }: SumsOptions,
): Promise<Measured> {
  const isKnown = (name: string): name is StatisticsMetric => (statisticsMetrics as readonly string[]).includes(name)
  const other = metrics.find((name) => !isKnown(name))
  if (other) {
    throw refusal('config', command, { expected: `samples for ${other}`, got: 'statistics', remedy: 'leave it out' })
  }
  const fake = mergedStatistics(command, parts)
  const ofReal = statisticsOf(await featuresOf(real, { data, real, features }))
  const wanted = metrics.length > 0 ? metrics.filter(isKnown) : statisticsMetrics
  return { count: fake.kid.count, drawn: parts[0].about.draw, results: measureStatistics(ofReal, fake, wanted) }
}

/**
 * Writes the sums over one part.
 *
 * @throws GenError 'config' for anything but one part.
 */
export async function writeSums(
  source: Source,
  real: Dataset,
  { statistics, data, features }: Omit<SumsOptions, 'metrics'> & { readonly statistics: string },
): Promise<void> {
  if (source.kind !== 'parts' || source.parts.length > 1) {
    const remedy = 'write one with gen sample --shard'
    throw refusal('config', command, { expected: 'one part, an .npz file, for --statistics', got: 'others', remedy })
  }
  const [part] = source.parts
  const found = await featuresOf(samplesOfParts(source.parts), { data, real, features })
  await writeOutput(command, statistics, statisticsFile(part, statisticsOf(found)))
  console.log(statistics)
}
