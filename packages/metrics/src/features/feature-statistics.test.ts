import { matrix } from '@gen/linear-algebra'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsOf, vectors } from '../testing.ts'
import { featureStatistics } from './feature-statistics.ts'

const all = vectors(60, 700, 7)

describe('featureStatistics', () => {
  it('equals the definition', () => {
    const gathered = featureStatistics()
    gathered.add(
      matrix([
        [1, 2],
        [3, 6],
        [5, 1],
      ]),
    )
    const { count, mean, covariance } = gathered.statistics()
    expect(count).toBe(3)
    expect(mean).toBeAllClose([3, 3])
    // Deviations (−2, −1), (0, 3), (2, −2): sums of squares 8, 14, of products −2; over n − 1 = 2.
    expect(covariance).toBeAllClose([4, -1, -1, 7], { rtol: 1e-14 })
  })

  it('is the same for any split into batches and shards', () => {
    const whole = featureStatistics()
    whole.add(all)
    const expected = whole.statistics()
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 699 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (cuts, shards) => {
          const ends = [0, ...new Set(cuts), 700].sort((a, b) => a - b)
          const gathered = Array.from({ length: shards }, () => featureStatistics())
          for (let i = 1; i < ends.length; i++) gathered[i % shards]!.add(rowsOf(all, ends[i - 1]!, ends[i]!))
          const merged = featureStatistics()
          for (let i = 1; i < ends.length && i <= shards; i++) merged.merge(gathered[i % shards]!.statistics())
          const { count, mean, covariance } = merged.statistics()
          expect(count).toBe(700)
          expect(mean).toBeAllClose(expected.mean, { rtol: 1e-12, atol: 1e-14 })
          expect(covariance).toBeAllClose(expected.covariance, { rtol: 1e-12, atol: 1e-14 })
        },
      ),
      { numRuns: 30, seed: 1 },
    )
  })

  it('keeps its digits far from the origin', () => {
    const shifted = featureStatistics()
    shifted.add({ ...all, data: all.data.map((value) => value + 2 ** 20) })
    const centered = featureStatistics()
    centered.add(all)
    // The shift itself costs 20 of 52 bits; E[xxᵀ] − E[x]E[x]ᵀ would lose 40.
    expect(shifted.statistics().covariance).toBeAllClose(centered.statistics().covariance, { rtol: 1e-8, atol: 1e-9 })
  })

  it('keeps only variances when diagonal', () => {
    const [full, diagonal] = [featureStatistics(), featureStatistics({ diagonal: true })]
    full.add(all)
    diagonal.add(rowsOf(all, 0, 300))
    diagonal.add(rowsOf(all, 300, 700))
    const { covariance } = full.statistics()
    expect(diagonal.statistics().covariance).toBeAllClose(
      Array.from({ length: 7 }, (_, j) => covariance[8 * j]!),
      { rtol: 1e-12 },
    )
  })

  it('refuses a batch that does not fit and stays as it was', () => {
    const gathered = featureStatistics()
    expect(() => gathered.statistics()).toThrow('expected at least 1 sample, got 0')
    gathered.add({ ...all, features: { name: 'net', size: 7, resizer: 'none' } })
    const before = gathered.statistics()
    expect(() => gathered.add(vectors(1, 5, 8))).toThrow('expected features of size 7, as in earlier batches, got 8')
    expect(() => gathered.add(matrix([[Number.NaN, 1, 1, 1, 1, 1, 1]]))).toThrow('got NaN in row 0, column 0')
    const other = { name: 'other', size: 7, resizer: 'none' }
    expect(() => gathered.add({ ...all, features: other })).toThrow('expected features net (resizer none), got other')
    const diagonal = featureStatistics({ diagonal: true })
    diagonal.add(all)
    expect(() => gathered.merge(diagonal.statistics())).toThrow('got diagonal: true')
    expect(gathered.statistics()).toEqual(before)
  })
})
