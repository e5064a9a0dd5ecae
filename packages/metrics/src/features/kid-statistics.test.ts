/** KID of sums over samples is that over pairs, however the samples were shared out. */
import { matrix } from '@gen/linear-algebra'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { polynomial } from '../distances/kernels.ts'
import { kid } from '../distances/kid.ts'
import { mmd } from '../distances/mmd.ts'
import { rowsOf, vectors } from '../testing.ts'
import type { Vectors } from './feature-matrix.ts'
import { type KidStatistics, kidStatistics } from './kid-statistics.ts'

const real = vectors(1, 300, 16)
const fake = vectors(2, 250, 16, { spread: 0.9, shift: 0.1 })

function statisticsOf(...batches: Vectors[]): KidStatistics {
  const gathered = kidStatistics()
  for (const batch of batches) gathered.add(batch)
  return gathered.statistics()
}

it('gives the unbiased discrepancy of all samples', () => {
  const { value, samples, settings, warnings } = kid(statisticsOf(real), statisticsOf(fake))
  expect([value]).toBeAllClose([mmd(real, fake, { kernel: polynomial() }).value], { rtol: 1e-10, atol: 0 })
  expect(samples).toEqual({ real: 300, fake: 250 })
  expect(settings).toEqual({ kernel: 'polynomial', degree: 3, scale: '1 / size', offset: 1 })
  expect(warnings).toEqual([])
})

it('is small for one distribution, and warns where rounding is all there is', () => {
  expect(Math.abs(kid(statisticsOf(vectors(5, 400, 8)), statisticsOf(vectors(6, 400, 8))).value)).toBeLessThan(0.02)
  const far = (x: typeof real) => statisticsOf({ ...x, data: x.data.map((value) => value + 1e8) })
  expect(kid(far(real), far(fake)).warnings).toHaveLength(1)
})

it('is the same for any split into batches and shards', () => {
  const ofReal = statisticsOf(real)
  const whole = kid(ofReal, statisticsOf(fake)).value
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 249 }), { maxLength: 6 }), (cuts) => {
      const ends = [0, ...new Set(cuts), 250].sort((a, b) => a - b)
      const merged = kidStatistics()
      const shards = ends.slice(1).map((end, i) => statisticsOf(rowsOf(fake, ends[i]!, end)))
      for (const shard of shards.reverse()) merged.merge(shard)
      expect(merged.statistics().count).toBe(250)
      expect([kid(ofReal, merged.statistics()).value]).toBeAllClose([whole], { rtol: 1e-10, atol: 0 })
    }),
    { numRuns: 20, seed: 1 },
  )
})

it('keeps what it was given apart from what it gathers', () => {
  const gathered = kidStatistics()
  const first = statisticsOf(real)
  gathered.merge(first)
  const before = gathered.statistics()
  gathered.add(real)
  expect(before).toEqual(first)
})

it('carries the features, and refuses others', () => {
  const features = { name: 'net', size: 16, resizer: 'none' }
  const named = statisticsOf({ ...real, features }, fake)
  expect(named.features).toEqual(features)
  expect(statisticsOf(real)).not.toHaveProperty('features')
  expect(kid(named, statisticsOf(fake)).features).toEqual(features)
  const other = { ...fake, features: { ...features, name: 'other' } }
  expect(() => kid(named, statisticsOf(other))).toThrow('metrics.kid: expected both sets from the same features')
  expect(() => statisticsOf({ ...real, features }, other)).toThrow('metrics.kidStatistics: expected both sets from')
})

it('refuses what it cannot measure', () => {
  expect(() => kidStatistics().statistics()).toThrow('metrics.kidStatistics: expected at least 1 sample')
  expect(() => statisticsOf(vectors(1, 5, 257))).toThrow('expected at most 256 features, got 257; keep the features')
  expect(() => statisticsOf(real, vectors(1, 5, 8))).toThrow('got 16 in earlier batches and 8 in this one')
  expect(() => statisticsOf(matrix([[Number.NaN]]))).toThrow('expected finite numbers in x')
  const one = statisticsOf(rowsOf(real, 0, 1))
  expect(() => kid(one, statisticsOf(fake))).toThrow('metrics.kid: expected real of at least 2 samples, got 1')
  expect(() => kid(statisticsOf(real), statisticsOf(vectors(1, 5, 8)))).toThrow('got 16 in real and 8 in fake')
  // @ts-expect-error one of each
  expect(() => kid(one, fake)).toThrow('metrics.kid: expected two sets of vectors and a key, or two statistics')
  // @ts-expect-error no key
  expect(() => kid(real, fake)).toThrow('gather both with kidStatistics, or pass { key: key(0) }')
})
