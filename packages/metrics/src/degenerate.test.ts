/** Metrics on constant, duplicated, scaled, shifted, single, empty and broken samples: a defined value, a warning or a GenError. @module */
import { GenError, key } from '@gen/backend'
import { type Matrix, matrix } from '@gen/linear-algebra'
import { describe, expect, it } from 'vitest'
import { fid } from './distances/fid.ts'
import { kid } from './distances/kid.ts'
import { medianDistance } from './distances/median-distance.ts'
import { mmd } from './distances/mmd.ts'
import { prdc } from './distances/prdc.ts'
import { slicedWasserstein } from './distances/sliced-wasserstein.ts'
import { wassersteinDistance } from './distances/wasserstein.ts'
import { wasserstein1d } from './distances/wasserstein-1d.ts'
import type { Vectors } from './features/feature-matrix.ts'
import { closestPairs, supportSize } from './modes/birthday.ts'
import { modeCoverage } from './modes/mode-coverage.ts'
import { vectors } from './testing.ts'

const directions = vectors(16, 20, 3)

/** A metric of two sets, as numbers; how they go with the features' scale; and whether a common shift changes nothing. */
interface Case {
  readonly name: string
  measure(real: Vectors, fake: Vectors): number[]
  readonly power: number
}

const cases: Case[] = [
  { name: 'fid', measure: (x, y) => [fid(x, y).value], power: 2 },
  { name: 'fid, diagonal', measure: (x, y) => [fid(x, y, { diagonal: true }).value], power: 2 },
  { name: 'mmd', measure: (x, y) => [mmd(x, y).value], power: 0 },
  { name: 'mmd, biased', measure: (x, y) => [mmd(x, y, { estimator: 'biased' }).value], power: 0 },
  { name: 'medianDistance', measure: (x, y) => [medianDistance(x, y)], power: 1 },
  {
    name: 'wasserstein',
    measure: (x, y) => [wassersteinDistance(x, y).value, wassersteinDistance(x, y, { p: 1 }).value],
    power: 1,
  },
  { name: 'wasserstein, p = 40', measure: (x, y) => [wassersteinDistance(x, y, { p: 40 }).value], power: 1 },
  {
    name: 'slicedWasserstein',
    measure: (x, y) => [1, 2, 40].map((p) => slicedWasserstein(x, y, { directions, p }).value),
    power: 1,
  },
  {
    name: 'prdc',
    measure: (x, y) => Object.values(prdc(x, y, { neighbors: 2 })).map((measurement) => measurement.value),
    power: 0,
  },
]

const real = vectors(1, 40, 3)
const fake = vectors(2, 30, 3, { spread: 0.8, shift: 0.2 })
const mapped = (x: Matrix, f: (value: number, at: number) => number): Matrix => ({ ...x, data: x.data.map(f) })
const twice = (x: Matrix): Matrix => ({
  rows: 2 * x.rows,
  columns: x.columns,
  data: Float64Array.of(...x.data, ...x.data),
})
const points = (count: number, ...point: number[]) => matrix(Array.from({ length: count }, () => point))

describe.each(cases)('$name', ({ measure, power }) => {
  const expected = measure(real, fake)

  it('goes with the scale of the features, from 1e-18 to 1e18', () => {
    for (const scale of [2 ** -60, 2 ** -27, 2 ** 27, 2 ** 60]) {
      const found = measure(...([real, fake].map((x) => mapped(x, (value) => scale * value)) as [Matrix, Matrix]))
      expect(
        found.map((value) => value / scale ** power),
        `${scale}`,
      ).toBeAllClose(expected, { rtol: 1e-9, atol: 1e-12 })
    }
  })

  it('does not change with a common shift of 1e6', () => {
    // Shifts of a grid, so that the shifted numbers are the numbers.
    const grid = (x: Matrix) => mapped(x, (value) => Math.round(value * 2 ** 20) / 2 ** 20)
    const shift = [1e6, -1e6, 2 ** 20]
    const moved = (x: Matrix) => mapped(grid(x), (value, at) => value + shift[at % 3]!)
    expect(measure(moved(real), moved(fake))).toBeAllClose(measure(grid(real), grid(fake)), { rtol: 1e-8, atol: 1e-9 })
  })

  it('does not change with a constant feature beside the others', () => {
    if (measure === cases.find(({ name }) => name === 'slicedWasserstein')!.measure) return
    const widened = (x: Matrix): Matrix => ({
      rows: x.rows,
      columns: 4,
      data: Float64Array.from({ length: 4 * x.rows }, (_, at) =>
        at % 4 === 3 ? 7 : x.data[3 * (at >> 2) + (at % 4)]!,
      ),
    })
    expect(measure(widened(real), widened(fake))).toBeAllClose(expected, { rtol: 1e-12, atol: 1e-12 })
  })

  it.each([
    ['other columns', real, vectors(2, 30, 2), 'shape'],
    ['no samples', real, matrix([]), 'shape'],
    [
      'no features',
      { rows: 4, columns: 0, data: new Float64Array() },
      { rows: 4, columns: 0, data: new Float64Array() },
      'shape',
    ],
    ['too few numbers', real, { rows: 30, columns: 3, data: fake.data.slice(1) }, 'shape'],
    ['half a row', real, { rows: 2.5, columns: 2, data: new Float64Array(5) }, 'shape'],
    ['NaN in real', mapped(real, (value, at) => (at === 7 ? Number.NaN : value)), fake, 'non-finite'],
    ['NaN in fake', real, mapped(fake, (value, at) => (at === 80 ? Number.NaN : value)), 'non-finite'],
    ['an infinity', real, mapped(fake, (value, at) => (at === 0 ? Number.NEGATIVE_INFINITY : value)), 'non-finite'],
  ] as const)('refuses %s', (_, x, y, code) => {
    expect(codeOf(() => measure(x, y))).toBe(code)
  })

  it('refuses numbers whose distances leave float64, and measures those up to 1e140', () => {
    const huge = (scale: number) => () =>
      measure(
        mapped(real, (value) => scale * value),
        mapped(fake, (value) => -scale * value),
      )
    expect(huge(1e140)().every(Number.isFinite)).toBe(true)
    const code = codeOf(huge(1e200))
    // On one line no distance is squared.
    expect(code === 'none' ? huge(1e200)().every(Number.isFinite) : code === 'non-finite' || code).toBe(true)
  })
})

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return GenError.is(error) ? error.code : String(error)
  }
  return 'none'
}

describe('sets of one point each', () => {
  const [here, there] = [points(6, 1, 2), points(7, 4, 6)]

  it('that are the same: all distances are 0, no bandwidth can be guessed, and balls are empty', () => {
    expect(fid(here, here).value).toBe(0)
    expect(wassersteinDistance(here, here).value).toBe(0)
    expect(slicedWasserstein(here, here, { key: key(0) })).toMatchObject({ value: 0, standardError: 0 })
    expect(kid(here, here, { key: key(0), subsets: 3 })).toMatchObject({ value: 0, standardDeviation: 0 })
    expect(medianDistance(here, here)).toBe(0)
    expect(() => mmd(here, here)).toThrow('pass kernel: rbf({ bandwidth })')
    const { precision, coverage } = prdc(here, points(6, 1, 2))
    expect([precision.value, coverage.value]).toEqual([0, 0])
    expect(precision.warnings).toEqual([
      '12 samples have 5 duplicates or more: their balls are empty, and all values too low',
    ])
  })

  it('that differ: the distance of the two points', () => {
    expect(fid(here, there).value).toBeCloseTo(25, 12)
    expect(wassersteinDistance(here, there).value).toBeCloseTo(5, 12)
    expect(wassersteinDistance(here, there, { p: 1 }).value).toBeCloseTo(5, 12)
    expect(slicedWasserstein(here, there, { directions: matrix([[3, 4]]) }).value).toBeCloseTo(5, 12)
    // 15 + 21 pairs at 0, 42 at 5.
    expect(medianDistance(here, there)).toBe(5)
    expect(mmd(here, there).value).toBeCloseTo(2 - 2 * Math.exp(-0.5), 12)
    // γ = 1/2: x·x = 5, y·y = 52, x·y = 16.
    expect(kid(here, there, { key: key(0), subsets: 2 }).value).toBeCloseTo(3.5 ** 3 + 27 ** 3 - 2 * 9 ** 3, 8)
  })
})

describe('sets with many duplicates', () => {
  it('mmd guesses its bandwidth from what is left, and says so', () => {
    const x = matrix([...Array.from({ length: 8 }, () => [0]), [3], [7]])
    const y = matrix([...Array.from({ length: 9 }, () => [0]), [3]])
    // 17 zeros, two threes, a seven: 136 + 1 pairs of 190 at 0; 34 at 3, 17 at 7, 2 at 4.
    const result = mmd(x, y)
    expect(result.settings.bandwidth).toBe(3)
    expect(result.warnings).toEqual(['72 % of all pairs are duplicates: the bandwidth is that of the others'])
    expect(result.value).toBe(mmd(x, y, { kernel: { ...mmdKernel(3) } }).value)
    expect(mmd(real, fake).warnings).toEqual([])
  })

  it('each twice: transport does not change, Fréchet’s covariances shrink as n − 1 says', () => {
    for (const p of [1, 2]) {
      expect([wassersteinDistance(twice(real), twice(fake), { p }).value]).toBeAllClose(
        [wassersteinDistance(real, fake, { p }).value],
        {
          rtol: 1e-12,
        },
      )
      const sliced = (x: Matrix, y: Matrix) => slicedWasserstein(x, y, { directions, p }).value
      expect([sliced(twice(real), twice(fake))]).toBeAllClose([sliced(real, fake)], { rtol: 1e-12 })
    }
    const { precision } = prdc(twice(real), twice(real), { neighbors: 1 })
    expect(precision).toMatchObject({ value: 0, warnings: [expect.stringContaining('160 samples have 1 duplicates')] })
    const line = (values: number[]) => matrix(values.map((value) => [value]))
    // Variances 2 and 8 of two points; 4/3 and 16/3 of each twice; means 1 and 3.
    expect(fid(line([0, 2]), line([1, 5])).value).toBeCloseTo(4 + (Math.SQRT2 - Math.sqrt(8)) ** 2, 12)
    expect(fid(line([0, 2, 0, 2]), line([1, 5, 1, 5])).value).toBeCloseTo(
      4 + (Math.sqrt(4 / 3) - Math.sqrt(16 / 3)) ** 2,
      12,
    )
  })
})

function mmdKernel(bandwidth: number) {
  const rate = -1 / (2 * bandwidth * bandwidth)
  return {
    name: 'by hand',
    settings: {},
    pairing: 'squared' as const,
    sum: (squares: Float64Array, from: number, to: number) => {
      let total = 0
      for (let i = from; i < to; i++) total += Math.exp(rate * squares[i]!)
      return total
    },
  }
}

describe('single samples', () => {
  const [one, other] = [matrix([[1, 2]]), matrix([[4, 6]])]

  it('have a transport distance, and nothing that needs a spread', () => {
    expect(wassersteinDistance(one, other).value).toBe(5)
    expect(medianDistance(one, other)).toBe(5)
    expect(slicedWasserstein(one, other, { directions: matrix([[1, 0]]) }).value).toBe(3)
    for (const run of [
      () => fid(one, fake),
      () => mmd(one, other),
      () => kid(one, other, { key: key(0) }),
      () => prdc(one, other),
      () => supportSize(one, { threshold: 1 }),
      () => closestPairs(one),
    ]) {
      expect(codeOf(run)).toBe('shape')
    }
  })
})

describe('far from the origin', () => {
  it('a polynomial kernel’s difference is noise, which mmd and kid tell', () => {
    const moved = (x: Matrix) => mapped(x, (value) => value + 1e6)
    const warning = expect.stringMatching(/^kernel values are so large that rounding alone is ±\d/)
    expect(kid(moved(real), moved(fake), { key: key(0), subsets: 3 }).warnings).toContainEqual(warning)
    expect(kid(real, fake, { key: key(0), subsets: 3 }).warnings).not.toContainEqual(warning)
    expect(mmd(moved(real), moved(fake)).warnings).toEqual([])
  })

  it('a sample without a nearest mode is refused', () => {
    expect(() => modeCoverage(matrix([[1e200, 0]]), matrix([[0, 0]]), { deviation: 1 })).toThrow(
      'a finite distance of row 0',
    )
  })
})

describe('orders of transport', () => {
  it('of 1e3 are close to the largest gap, others are refused', () => {
    const [x, y] = [
      [0, 1e-9],
      [0, 3e-9],
    ] as const
    expect([wasserstein1d(x, y, { p: 1000 })]).toBeAllClose([2e-9 * 0.5 ** 1e-3], { rtol: 1e-12, atol: 0 })
    for (const p of [0.5, 1001, Number.POSITIVE_INFINITY]) {
      expect(() => wasserstein1d(x, y, { p })).toThrow('expected p a number ≥ 1 and ≤ 1000')
      expect(() => wassersteinDistance(real, fake, { p })).toThrow('expected p a number ≥ 1 and ≤ 1000')
      expect(() => slicedWasserstein(real, fake, { directions, p })).toThrow('expected p a number ≥ 1 and ≤ 1000')
    }
  })

  it('along directions of 200,000 numbers, of any length', () => {
    const size = 200_000
    const wide = (value: number): Matrix => ({ rows: 1, columns: size, data: new Float64Array(size).fill(value) })
    for (const length of [1e-200, 1, 1e200]) {
      const { value } = slicedWasserstein(wide(0), wide(1), { directions: wide(length) })
      expect([value]).toBeAllClose([Math.sqrt(size)], { rtol: 1e-9 })
    }
  })
})
