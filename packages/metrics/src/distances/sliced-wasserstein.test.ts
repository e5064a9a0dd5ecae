import { key } from '@gen/backend'
import { matrix } from '@gen/linear-algebra'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixture, vectors } from '../testing.ts'
import { slicedWasserstein } from './sliced-wasserstein.ts'
import { wassersteinDistance } from './wasserstein.ts'
import { wasserstein1d } from './wasserstein-1d.ts'

interface Reference {
  line: { equal: number; unequal: number }
  lineSquared: number
  sliced: { p1: number; p2: number }
}

const x = vectors(11, 60, 5)
const y = vectors(12, 60, 5, { spread: 1.2, shift: 0.3 })
const more = vectors(13, 45, 5, { spread: 1.2, shift: 0.3 })
const reference = fixture<Reference>('transport')
const column = (m: typeof x) => m.data.filter((_, at) => at % m.columns === 0)

describe('wasserstein1d', () => {
  it('equals SciPy and POT', () => {
    expect([wasserstein1d(column(x), column(y))]).toBeAllClose([reference.line.equal], { rtol: 1e-12 })
    expect([wasserstein1d(column(x), column(more))]).toBeAllClose([reference.line.unequal], { rtol: 1e-12 })
    expect([wasserstein1d(column(x), column(more), { p: 2 })]).toBeAllClose([reference.lineSquared], { rtol: 1e-12 })
  })

  it('equals the exact transport of any two samples on the line', () => {
    const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(sample, sample, fc.constantFrom(1, 2, 3), (a, b, p) => {
        const exact = wassersteinDistance(matrix(a.map((v) => [v])), matrix(b.map((v) => [v])), { p }).value
        expect([wasserstein1d(a, b, { p })]).toBeAllClose([exact], { rtol: 1e-9, atol: 1e-9 })
      }),
      { numRuns: 60, seed: 5 },
    )
  })

  it('leaves its arguments as they are', () => {
    const [a, b] = [[3, 1, 2], Float64Array.of(2, 1)]
    wasserstein1d(a, b)
    expect([a, [...b]]).toEqual([
      [3, 1, 2],
      [2, 1],
    ])
  })
})

describe('slicedWasserstein', () => {
  it('equals POT on given directions, whatever their length', () => {
    const directions = vectors(16, 20, 5)
    for (const [p, name] of [[1, 'p1'] as const, [2, 'p2'] as const]) {
      expect([slicedWasserstein(x, more, { directions, p }).value]).toBeAllClose([reference.sliced[name]], {
        rtol: 1e-11,
      })
    }
  })

  it('of a shifted copy is |shift|/√size on average', () => {
    const moved = { ...x, data: x.data.map((value, at) => value + (at % 5 === 2 ? 3 : 0)) }
    const { value, standardError } = slicedWasserstein(x, moved, { key: key(0), projections: 2000 })
    expect(Math.abs(value - 3 / Math.sqrt(5))).toBeLessThan(3 * standardError!)
    expect(standardError).toBeLessThan(0.03)
  })

  it('is symmetric, zero against itself, at most the exact distance, and repeats with its key', () => {
    const at = (seed: number) => slicedWasserstein(x, more, { key: key(seed) }).value
    expect(slicedWasserstein(more, x, { key: key(1) }).value).toBeCloseTo(at(1), 12)
    expect(slicedWasserstein(x, x, { key: key(1) })).toMatchObject({ value: 0, standardError: 0 })
    expect(at(1)).toBe(at(1))
    expect(at(1)).not.toBe(at(2))
    expect(at(1)).toBeLessThan(wassersteinDistance(x, more).value)
  })

  it('refuses what it cannot measure', () => {
    expect(() => slicedWasserstein(x, y, {})).toThrow('expected a key or directions, got neither')
    expect(() => slicedWasserstein(x, y, { directions: matrix([[1, 0]]) })).toThrow('got 5 in real and 2 in directions')
    expect(() => slicedWasserstein(x, y, { directions: matrix([[0, 0, 0, 0, 0]]) })).toThrow('got 0 in row 0')
    expect(() => wasserstein1d([], [1])).toThrow('got 0 and 1')
  })
})
