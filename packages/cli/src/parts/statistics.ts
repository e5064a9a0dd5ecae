/** Sums over the features of a part, from which FID and KID of the whole follow. @module */
import { refusal } from '@gen/backend'
import { type RawTensor, toArray } from '@gen/io'
import {
  type FeatureMatrix,
  type FeatureStatistics,
  featureStatistics,
  fid,
  type KidStatistics,
  kid,
  kidStatistics,
} from '@gen/metrics'
import type { Result } from '../eval/metrics.ts'
import { encodePart, type Part, rowsOf } from './part-file.ts'

/** What is measured of them. */
export const statisticsMetrics = ['fid', 'kid'] as const
export type StatisticsMetric = (typeof statisticsMetrics)[number]

/** What both metrics know of a set. */
export interface SetStatistics {
  readonly fid: FeatureStatistics
  readonly kid: KidStatistics
}

/** The statistics of features, all at once. */
export function statisticsOf(features: FeatureMatrix): SetStatistics {
  const [forFid, forKid] = [featureStatistics(), kidStatistics()]
  forFid.add(features)
  forKid.add(features)
  return { fid: forFid.statistics(), kid: forKid.statistics() }
}

/** The statistics of a part as a file, which says of which part. */
export function statisticsFile({ about: { shard, draw } }: Part, { fid, kid }: SetStatistics): Uint8Array {
  const { features = { name: 'unnamed', size: kid.size, resizer: 'none' } } = fid
  const about = { kind: 'statistics' as const, shard, draw, features: { ...features } }
  const numbers = (data: Float64Array, ...shape: number[]): RawTensor => {
    return { dtype: 'F64', shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
  }
  const { size } = kid
  return encodePart(about, {
    mean: numbers(fid.mean, size),
    covariance: numbers(fid.covariance, size, size),
    cubes: numbers(kid.cubes, kid.cubes.length),
    own: numbers(Float64Array.of(kid.own), 1),
  })
}

/**
 * Statistics of all parts as those of one set.
 *
 * @throws GenError 'file' for a part that lacks them; 'value' for parts of different features.
 */
export function mergedStatistics(command: string, parts: readonly Part[]): SetStatistics {
  const [forFid, forKid] = [featureStatistics(), kidStatistics()]
  for (const part of parts) {
    const { fid, kid } = statisticsIn(command, part)
    forFid.merge(fid)
    forKid.merge(kid)
  }
  return { fid: forFid.statistics(), kid: forKid.statistics() }
}

/** FID and KID of two sets by their statistics. */
export function measureStatistics(
  real: SetStatistics,
  fake: SetStatistics,
  metrics: readonly StatisticsMetric[],
): Result[] {
  const measure = { fid: () => fid(real.fid, fake.fid), kid: () => kid(real.kid, fake.kid) }
  return metrics.map((name) => measure[name]())
}

function statisticsIn(command: string, part: Part): SetStatistics {
  const { path, about, arrays } = part
  const { features } = about
  const count = rowsOf(part)
  const size = features?.size ?? 0
  const numbers = (name: string, length: number): Float64Array => {
    const array = arrays[name]
    const values = array?.dtype === 'F64' ? toArray(array) : undefined
    if (values instanceof Float64Array && values.length === length && values.every(Number.isFinite)) return values
    const expected = `${length} finite numbers of ${name} in ${path}`
    throw refusal('file', command, { expected, got: array ? `${array.dtype} [${array.shape.join(', ')}]` : 'none' })
  }
  if (!features) throw refusal('file', command, { expected: `statistics in ${path}`, got: about.kind })
  const mean = numbers('mean', size)
  const covariance = numbers('covariance', size * size)
  const [own = 0] = numbers('own', 1)
  const cubes = numbers('cubes', ((size + 1) * (size + 2) * (size + 3)) / 6)
  return { fid: { count, mean, covariance, diagonal: false, features }, kid: { count, size, cubes, own, features } }
}
