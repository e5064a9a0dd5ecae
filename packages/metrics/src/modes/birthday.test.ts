import { key, randintArray } from '@gen/backend'
import { matrix } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import { vectors } from '../testing.ts'
import { closestPairs, supportSize } from './birthday.ts'

const table = vectors(80, 500, 4)

/** n draws, with repetition, from a generator that knows only `support` samples. */
function draws(n: number, support: number, seed: number) {
  const indices = randintArray(key(seed), n, 1, { max: support })
  return matrix(Array.from(indices, (i) => table.data.subarray(4 * i, 4 * i + 4)))
}

describe('supportSize', () => {
  it('counts duplicates and pairs', () => {
    const samples = matrix([
      [0, 0],
      [1, 0],
      [0, 0.05],
      [1, 0.05],
      [5, 5],
    ])
    expect(supportSize(samples, { threshold: 0.1 })).toMatchObject({ value: 5, collisions: 2, pairs: 10 })
  })

  it('finds the size of a generator that repeats itself, within its error', () => {
    for (const support of [100, 500]) {
      const { value, standardError } = supportSize(draws(400, support, support), { threshold: 1e-6 })
      expect(Math.abs(value - support)).toBeLessThan(3 * standardError!)
    }
  })

  it('gives a lower bound where nothing repeats, and says so', () => {
    const result = supportSize(table, { threshold: 1e-6 })
    expect(result.value).toBeCloseTo((500 * 499) / 2 / 3, 9)
    expect(result.standardError).toBeUndefined()
    expect(result.warnings[0]).toMatch('lower bound')
  })
})

describe('what few duplicates say of the size', () => {
  /** So many pairs, far from each other. */
  const pairs = (count: number) => matrix(Array.from({ length: 2 * count }, (_, i) => [10 * (i >> 1), (i & 1) / 100]))

  it.each([
    [2, 'only 2 duplicates: the size is known to about a factor of 3'],
    [3, 'only 3 duplicates: the size is known to about a factor of 2'],
    [9, 'only 9 duplicates: the size is known to about a factor of 2'],
  ])('%i duplicates', (count, warning) => {
    expect(supportSize(pairs(count), { threshold: 0.1 }).warnings).toEqual([warning])
  })

  it('is said of ten no more', () => {
    expect(supportSize(pairs(10), { threshold: 0.1 })).toMatchObject({ collisions: 10, warnings: [] })
  })
})

describe('closestPairs', () => {
  it('are those of a full sort', () => {
    const x = vectors(81, 150, 3)
    const all = Array.from({ length: 150 * 150 }, (_, at) => [Math.floor(at / 150), at % 150] as const)
      .filter(([a, b]) => a < b)
      .map(([first, second]) => {
        const squares = [0, 1, 2].map((k) => (x.data[3 * first + k]! - x.data[3 * second + k]!) ** 2)
        return { first, second, distance: Math.sqrt(squares[0]! + squares[1]! + squares[2]!) }
      })
      .sort((a, b) => a.distance - b.distance)
    expect(closestPairs(x, { count: 12 })).toEqual(all.slice(0, 12))
  })

  it('are all when fewer are there', () => {
    expect(closestPairs(matrix([[0], [3]]))).toEqual([{ first: 0, second: 1, distance: 3 }])
  })
})
