/** What holds for every prior. @module */
import { GenError, key, normal, useBackend } from '@gen/backend'
import {
  concat,
  dispose,
  grads,
  mean,
  mul,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DiagonalNormal, type Distribution, kl } from './index.ts'
import { all, planar } from './testing/cases.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Frees what a prior learns. */
function free(prior: Distribution): void {
  for (const variable of prior.variables?.() ?? []) variable.dispose()
}

describe.each(all)('$name', ({ make }) => {
  let prior: Distribution
  beforeAll(async () => {
    prior = await make()
  })
  afterAll(() => free(prior))

  it('gives shapes, and a config that survives JSON', () => {
    const z = prior.sample(5, key(1))
    const density = prior.logProb(z)
    expect(z.shape).toEqual([5, prior.size])
    expect(density.shape).toEqual([5])
    expect(density.dataSync().every(Number.isFinite)).toBe(true)
    expect(JSON.parse(JSON.stringify(prior.config))).toEqual(prior.config)
    dispose([z, density])
  })

  it('draws sample i from (key, i) alone', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (seed, few, more) => {
        const [short, long] = [prior.sample(few, key(seed)), prior.sample(few + more, key(seed))]
        expect([...long.dataSync()].slice(0, short.size)).toEqual([...short.dataSync()])
        dispose([short, long])
      }),
      { numRuns: 20 },
    )
    const [a, b] = [prior.sample(8, key(1)), prior.sample(8, key(2))]
    expect([...a.dataSync()]).not.toEqual([...b.dataSync()])
    dispose([a, b])
  })

  it('passes a finite gradient to z and to every variable', () => {
    const z = prior.sample(6, key(4))
    const [gradient] = grads((x: Tensor) => sum(prior.logProb(x as Tensor2D)))([z])
    expect(gradient!.shape).toEqual(z.shape)
    expect(gradient!.dataSync().every(Number.isFinite)).toBe(true)
    dispose([z, gradient!])
    const variables = prior.variables?.() ?? []
    if (variables.length === 0) return
    const points = normal(key(6), [7, prior.size]) as Tensor2D
    const { value, grads: found } = variableGrads(() => mean(prior.logProb(points)), variables)
    for (const { name } of variables) {
      expect(found[name]!.dataSync().every(Number.isFinite)).toBe(true)
      expect(found[name]!.dataSync().some((number) => number !== 0)).toBe(true)
    }
    dispose([value, points, found])
  })

  it('refuses vectors of another size', () => {
    const z = normal(key(0), [2, prior.size + 1]) as Tensor2D
    expect(() => prior.logProb(z)).toThrow(GenError)
    z.dispose()
  })
})

describe.each(planar)('$name, by quadrature', ({ make, bound }) => {
  const resolution = 240
  let prior: Distribution
  let points: Float32Array
  let mass: Float64Array

  beforeAll(async () => {
    prior = await make()
    const step = (2 * bound) / resolution
    // Cells' midpoints: the box's edges lie between cells.
    const at = (i: number) => -bound + (i + 0.5) * step
    points = Float32Array.from({ length: 2 * resolution ** 2 }, (_, i) => {
      const cell = i >> 1
      return at(i % 2 === 0 ? Math.floor(cell / resolution) : cell % resolution)
    })
    const density = tidy(() => prior.logProb(tensor2d(points, [resolution ** 2, 2])).dataSync())
    mass = Float64Array.from(density, (value) => Math.exp(value) * step * step)
  })
  afterAll(() => free(prior))

  const expectation = (f: (a: number, b: number) => number) => {
    return mass.reduce((total, weight, i) => total + weight * f(points[2 * i]!, points[2 * i + 1]!), 0)
  }
  const moments: [string, (a: number, b: number) => number][] = [
    ['E a', (a) => a],
    ['E b', (_, b) => b],
    ['E a²', (a) => a * a],
    ['E b²', (_, b) => b * b],
    ['E ab', (a, b) => a * b],
  ]

  it('has a mass of 1', () => {
    expect([expectation(() => 1)]).toBeAllClose([1], { rtol: 1e-4 })
  })

  it('draws samples with the density’s moments, within 4.5 standard errors', () => {
    const count = 20_000
    const z = prior.sample(count, key(11))
    const values = z.dataSync()
    z.dispose()
    const scale = expectation(() => 1)
    for (const [, moment] of moments) {
      const exact = expectation(moment) / scale
      const drawn = Float64Array.from({ length: count }, (_, i) => moment(values[2 * i]!, values[2 * i + 1]!))
      const average = drawn.reduce((total, value) => total + value, 0) / count
      const variance = drawn.reduce((total, value) => total + (value - average) ** 2, 0) / count
      expect(Math.abs(average - exact)).toBeLessThan(4.5 * Math.sqrt(variance / count) + 5e-3)
    }
  })
})

const finite = planar.filter(({ name }) => name.endsWith('Normal'))

describe.each(finite)('$name: KL in closed form', ({ make }) => {
  it('equals Monte Carlo within its error, and is 0 or more', async () => {
    const prior = await make()
    const q: DiagonalNormal = {
      mean: tensor2d([
        [0, 0],
        [1, -0.5],
        [0.2, 0.9],
      ]),
      logVariance: tensor2d([
        [0, 0],
        [-1, 0.5],
        [-3, -2],
      ]),
    }
    const exact = kl(q, prior, { key: key(1) })
    expect(exact.standardError).toBeNull()
    const { size, sample, logProb } = prior
    const estimate = kl(q, { size, sample, logProb }, { key: key(2), samples: 2000 })
    const [value, error] = [estimate.value.dataSync(), (estimate.standardError as Tensor1D).dataSync()]
    exact.value.dataSync().forEach((truth, i) => {
      expect(truth).toBeGreaterThanOrEqual(0)
      expect(Math.abs(value[i]! - truth)).toBeLessThan(4 * error[i]! + 1e-6)
    })
    dispose([q.mean, q.logVariance, exact.value, estimate.value, estimate.standardError as Tensor1D])
  })
})

it('a box and a sphere are infinitely far from every normal distribution', async () => {
  for (const { name, make } of all.filter((each) => ['uniformBox', 'hypersphere'].includes(each.name))) {
    const prior = await make()
    const zero = tensor2d([[0, 0]])
    const { value } = kl({ mean: zero, logVariance: zero }, prior, { key: key(0) })
    expect([name, ...value.dataSync()]).toEqual([name, Number.POSITIVE_INFINITY])
    dispose([zero, value])
  }
})

it.each([
  [2, 2 * Math.PI],
  [3, 4 * Math.PI],
  [4, 2 * Math.PI ** 2],
  [7, (16 / 15) * Math.PI ** 3],
])('the sphere in %i dimensions has a mass of 1, draws on it, and nothing beside it', async (size, area) => {
  const { hypersphere } = await import('./index.ts')
  const prior = hypersphere(size)
  const z = prior.sample(4000, key(1))
  const density = prior.logProb(z)
  expect(density.dataSync()).toBeAllClose(new Array(4000).fill(-Math.log(area)), { rtol: 1e-5 })
  const average = mean(z, 0)
  // Each coordinate has a variance of 1/d.
  for (const value of average.dataSync()) expect(Math.abs(value)).toBeLessThan(4.5 / Math.sqrt(size * 4000))
  const off = tidy(() => [...prior.logProb(mul(z, 1.1)).dataSync()])
  expect(off.every((value) => value === Number.NEGATIVE_INFINITY)).toBe(true)
  dispose([z, density, average])
})

it('a mixture’s log-density is that of its components, whichever way they are given', async () => {
  const { gaussianMixture, diagonalNormal } = await import('./index.ts')
  const means = [
    [0, 1],
    [2, -1],
  ]
  const deviations = [
    [0.5, 1],
    [2, 0.25],
  ]
  const covariances = deviations.map(([a, b]) => [
    [a! ** 2, 0],
    [0, b! ** 2],
  ])
  const weights = [0.25, 0.75]
  const z = normal(key(2), [20, 2]) as Tensor2D
  const parts = means.map((mu, i) => diagonalNormal({ mean: mu, deviation: deviations[i]! }).logProb(z))
  const numbers = parts.map((part) => part.dataSync())
  const expected = [...numbers[0]!].map((a, i) => Math.log(0.25 * Math.exp(a) + 0.75 * Math.exp(numbers[1]![i]!)))
  const together = tidy(() =>
    concat([
      gaussianMixture({ weights, means, deviations }).logProb(z),
      gaussianMixture({ weights, means, covariances }).logProb(z),
    ]).dataSync(),
  )
  expect(together).toBeAllClose([...expected, ...expected], { rtol: 1e-5, atol: 1e-5 })
  dispose([z, ...parts])
})
