import { GenError, key } from '@gen/backend'
import { dispose, grad, sum, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moons, spirals, swissRoll } from './curves.ts'
import { gaussianGrid, gaussianRing } from './gaussians.ts'
import { type ToyName, toy, toyNames } from './named.ts'
import { pinwheel } from './pinwheel.ts'
import type { Toy } from './toy.ts'

const numbers = (tensor: Tensor): number[] => {
  const values = [...tensor.dataSync()]
  tensor.dispose()
  return values
}

/** log p at points, a few at a time: a curve's mixture takes memory for points × centers. */
function logDensity(toy: Toy, points: Float32Array): Float64Array {
  const values = new Float64Array(points.length / 2)
  for (let at = 0; at < values.length; at += 2000) {
    const chunk = points.subarray(2 * at, 2 * (at + 2000))
    values.set(numbers(tidy(() => toy.logDensity(tensor2d(chunk.slice(), [chunk.length / 2, 2])))), at)
  }
  return values
}

/** The density on the midpoints of a grid over [−bound, bound]², the step a divisor of the checkerboard's cells. */
function densityGrid(toy: Toy, steps: number): { points: Float32Array; density: Float64Array; area: number } {
  const step = (2 * toy.bound) / steps
  const center = (i: number): number => -toy.bound + (i + 0.5) * step
  const points = Float32Array.from({ length: 2 * steps * steps }, (_, i) =>
    i % 2 === 0 ? center((i >> 1) % steps) : center(Math.floor((i >> 1) / steps)),
  )
  return { points, density: logDensity(toy, points).map(Math.exp), area: step * step }
}

/** Steps small enough for the narrowest feature: below 0.8 deviations a sum over midpoints is as good as the integral. */
const steps: Record<ToyName, number> = {
  moons: 84,
  gaussianRing: 84,
  gaussianGrid: 216,
  checkerboard: 96,
  spirals: 84,
  pinwheel: 144,
  swissRoll: 84,
}

describe.each([...toyNames])('%s', (name) => {
  const distribution = toy(name)
  const { points, density, area } = densityGrid(distribution, steps[name])
  const count = 20_000
  const samples = distribution.draw(count, key(1))

  it('has a density that integrates to 1 within its bound', () => {
    expect(density.reduce((mass, p) => mass + p * area, 0)).toBeCloseTo(1, 4)
  })

  it('draws samples whose histogram is that of the density', () => {
    const bins = 12
    const bin = (v: number): number => Math.floor(((v + distribution.bound) / (2 * distribution.bound)) * bins)
    const cell = (at: ArrayLike<number>, i: number): number =>
      bin(at[2 * i + 1] as number) * bins + bin(at[2 * i] as number)
    const expected = new Float64Array(bins * bins)
    for (const [i, p] of density.entries())
      expected[cell(points, i)] = (expected[cell(points, i)] as number) + p * area * count
    const observed = new Float64Array(bins * bins)
    for (let i = 0; i < count; i++)
      observed[cell(samples.points, i)] = (observed[cell(samples.points, i)] as number) + 1
    expect(chiSquareExcess(observed, expected)).toBeLessThan(4)
  })

  it('has the entropy that its density says', () => {
    // −E log p over samples against −∫ p log p: sees what a histogram is too coarse for.
    const few = 4000
    const logs = logDensity(distribution, samples.points.subarray(0, 2 * few)).map((value) => -value)
    const mean = logs.reduce((sum, value) => sum + value, 0) / few
    const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / few)
    const entropy = density.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) * area : 0), 0)
    expect(Math.abs(mean - entropy)).toBeLessThan((4 * deviation) / Math.sqrt(few) + 1e-4)
  })

  it('draws all classes equally often', () => {
    const observed = new Float64Array(distribution.classes)
    for (const label of samples.labels) observed[label] = (observed[label] as number) + 1
    expect(observed.reduce((sum, n) => sum + n, 0)).toBe(count)
    expect(
      chiSquareExcess(
        observed,
        observed.map(() => count / distribution.classes),
      ),
    ).toBeLessThan(4)
  })

  it('stays within its bound', () => {
    expect(samples.points.filter((v) => Math.abs(v) > distribution.bound).length).toBeLessThan(3)
  })

  it('draws point i from (key, offset + i) alone', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(50), fc.integer({ min: 1, max: 20 }), (seed, offset, n) => {
        const whole = numbers(distribution.sample(offset + n, key(seed)))
        expect(numbers(distribution.sample(n, key(seed), { offset }))).toEqual(whole.slice(2 * offset))
      }),
      { numRuns: 20 },
    )
  })

  it('gives batches that follow each other, and a dataset, of the same points', () => {
    const batches = distribution.batches({ size: 4, key: key(3) })
    const [first, second] = [batches.at(0), batches.at(1)]
    const { points, labels } = distribution.draw(8, key(3))
    expect([...first.x.dataSync(), ...second.x.dataSync()]).toEqual([...points])
    expect([...(first.labels?.dataSync() ?? []), ...(second.labels?.dataSync() ?? [])]).toEqual([...labels])
    expect(first.labels?.dtype).toBe('int32')
    const all = distribution.dataset(8, key(3))
    expect([all.size, all.shape, all.classes]).toEqual([8, [2], distribution.classes])
    const taken = all.take([5])
    expect([...taken.x.dataSync()]).toEqual([...points.slice(10, 12)])
    dispose([first, second, taken].flatMap(({ x, labels }) => (labels ? [x, labels] : [x])))
  })

  it('draws other points from another key', () => {
    expect(numbers(distribution.sample(4, key(1)))).not.toEqual(numbers(distribution.sample(4, key(2))))
  })

  it('refuses what is no number of points and no points', () => {
    expect(() => distribution.sample(0, key(0))).toThrow(GenError)
    const x = tensor2d([[1, 2, 3]])
    expect(() => distribution.logDensity(x)).toThrow(new RegExp(`data.${name}: expected x of shape`))
    x.dispose()
  })

  // A checkerboard's density is flat: it has no score, and its edges have a test of their own.
  if (name === 'checkerboard') return
  it('has the score of its density', () => {
    const { points } = distribution.draw(20, key(5))
    const x = tensor2d(points, [20, 2])
    const score = numbers(tidy(() => grad((at: Tensor) => sum(distribution.logDensity(at as Tensor2D)))(x)))
    x.dispose()
    const h = 2e-3
    for (let i = 0; i < points.length; i++) {
      const shifted = (by: number): number => {
        const moved = points.slice(i & ~1, (i & ~1) + 2)
        moved[i & 1] = (moved[i & 1] as number) + by
        return logDensity(distribution, moved)[0] as number
      }
      const slope = (shifted(h) - shifted(-h)) / (2 * h)
      expect(Math.abs((score[i] as number) - slope)).toBeLessThan(0.05 + 0.02 * Math.abs(slope))
    }
  })
})

/** How many standard deviations χ² is above its mean; cells that expect less than 10 are pooled. */
function chiSquareExcess(observed: Float64Array, expected: Float64Array): number {
  let [pooledObserved, pooledExpected, statistic, cells] = [0, 0, 0, 0]
  for (const [i, e] of expected.entries()) {
    const o = observed[i] as number
    if (e < 10) {
      pooledObserved += o
      pooledExpected += e
      continue
    }
    statistic += (o - e) ** 2 / e
    cells++
  }
  if (pooledExpected >= 10) {
    statistic += (pooledObserved - pooledExpected) ** 2 / pooledExpected
    cells++
  } else expect(pooledObserved).toBeLessThan(pooledExpected + 30)
  return (statistic - (cells - 1)) / Math.sqrt(2 * (cells - 1) || 1)
}

describe('mixtures of Gaussians', () => {
  it.each([gaussianRing({ modes: 5, radius: 3 }), gaussianGrid({ side: 3, spacing: 1 })])(
    'peak at their modes',
    (mixture) => {
      const peak = -Math.log(2 * Math.PI * (mixture.deviation as number) ** 2) - Math.log(mixture.classes)
      const at = Float32Array.from((mixture.modes ?? []).flat())
      expect(logDensity(mixture, at)).toBeAllClose(new Array(mixture.classes).fill(peak), { rtol: 1e-4 })
    },
  )

  it('number modes from the right anticlockwise, and from the lower left row by row', () => {
    expect(gaussianRing({ modes: 4 }).modes?.[1]?.map(Math.round)).toEqual([0, 2])
    expect(gaussianGrid({ side: 3 }).modes?.slice(0, 4)).toEqual([
      [-2, -2],
      [0, -2],
      [2, -2],
      [-2, 0],
    ])
  })

  it('draw each point from the mode of its label', () => {
    const ring = gaussianRing({ deviation: 0.02 })
    const { points, labels } = ring.draw(500, key(0))
    for (const [i, label] of labels.entries()) {
      const [x, y] = ring.modes?.[label] ?? [Number.NaN, Number.NaN]
      expect(Math.hypot((points[2 * i] as number) - x, (points[2 * i + 1] as number) - y)).toBeLessThan(0.12)
    }
  })
})

describe('densities along curves', () => {
  /** ∫ p(t) N(x; c(t), σ²I) dt by a plain sum of 100,000 terms in float64. */
  function bySum(
    curve: (t: number) => readonly [number, number, number],
    from: number,
    to: number,
    deviation: number,
    at: readonly [number, number],
  ): number {
    const terms = 100_000
    let sum = 0
    for (let i = 0; i < terms; i++) {
      const [x, y, p] = curve(from + ((i + 0.5) * (to - from)) / terms)
      sum +=
        (p * Math.exp(-((at[0] - x) ** 2 + (at[1] - y) ** 2) / (2 * deviation ** 2))) / (2 * Math.PI * deviation ** 2)
    }
    return Math.log((sum * (to - from)) / terms)
  }

  it.each([0.05, 0.1, 0.3])('are the integral over the curve, deviation %d', (deviation) => {
    const { points } = swissRoll({ deviation }).draw(5, key(2))
    const actual = logDensity(swissRoll({ deviation }), points)
    const expected = Array.from({ length: 5 }, (_, i) =>
      bySum(
        (t) => [(t * Math.cos(t)) / 5, (t * Math.sin(t)) / 5, 1 / (3 * Math.PI)],
        1.5 * Math.PI,
        4.5 * Math.PI,
        deviation,
        [points[2 * i] as number, points[2 * i + 1] as number],
      ),
    )
    expect(actual).toBeAllClose(expected, { atol: 1e-4, rtol: 1e-4 })
  })

  it('are refused where the noise is too thin for them', () => {
    for (const make of [moons, spirals, swissRoll])
      expect(() => make({ deviation: 0.001 })).toThrow(/deviation a number ≥ 0.01/)
  })
})

describe('checkerboard', () => {
  it('is 1/32 in its cells, each with its lower edges, and nothing beside them', () => {
    const at = Float32Array.from([-4, -4, -3, -3, -2, -2, -2, -3, 3.9, 3.9, 4, 3.9, -4.1, -3, 5, 5])
    const [inside, outside] = [Math.fround(-Math.log(32)), Number.NEGATIVE_INFINITY]
    const expected = [inside, inside, inside, outside, inside, outside, outside, outside]
    expect([...logDensity(toy('checkerboard'), at)]).toEqual(expected)
  })
})

describe('toy', () => {
  it('knows its names', () => {
    expect(() => toy('doughnut' as ToyName)).toThrow(/data.toy: expected one of moons, .*, got "doughnut"/)
    expect(() => toy('toString' as ToyName)).toThrow(GenError)
  })

  it('turns pinwheels anticlockwise', () => {
    const wheel = pinwheel({ arms: 1, radial: 0.01, tangential: 0.01, rate: 0.5 })
    const [x = 0, y = 0] = wheel.draw(1, key(0)).points
    expect(Math.atan2(y, x)).toBeCloseTo(0.5 * Math.exp(1), 1)
  })
})
