/** Constants, clamps and errors that could hide in a band, each against its formula. @module */
import { fold, key, normal, useBackend } from '@gen/backend'
import { dispose, neg, square, sub, sum, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  fitGaussianMixture,
  fullNormal,
  gaussianMixture,
  hypersphere,
  kl,
  logMarginal,
  logProbOf,
  sampleFrom,
  standardNormal,
  uniformBox,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const mixture = () => gaussianMixture({ means: [[0], [3]], deviations: [[1], [0.5]] })

describe('Monte Carlo', () => {
  it('KL is the mean over the draws of fold(key, i), its error s/√n with n − 1 below s²', () => {
    const samples = 5
    tidy(() => {
      const q = { mean: tensor2d([[0.5], [2]]), logVariance: tensor2d([[-1], [0.3]]) }
      const draws = Array.from({ length: samples }, (_, i) => {
        const z = sampleFrom(q, fold(key(4), i))
        const [own, prior] = [logProbOf(q, z).dataSync(), mixture().logProb(z).dataSync()]
        return [own[0]! - prior[0]!, own[1]! - prior[1]!]
      })
      const { value, standardError } = kl(q, mixture(), { key: key(4), samples })
      for (const row of [0, 1]) {
        const values = draws.map((draw) => draw[row]!)
        const mean = values.reduce((a, b) => a + b, 0) / samples
        const spread = values.reduce((total, each) => total + (each - mean) ** 2, 0) / (samples - 1)
        expect([value.dataSync()[row]!]).toBeAllClose([mean], { rtol: 1e-5 })
        expect([standardError!.dataSync()[row]!]).toBeAllClose([Math.sqrt(spread / samples)], { rtol: 1e-4 })
      }
    })
  })

  it('log p(x) is the logarithm of the mean over the draws, its error that of the mean over the mean', async () => {
    const samples = 4
    const x = tensor2d([[0.3], [1]])
    const prior = standardNormal(1)
    const weights = tidy(() =>
      Array.from({ length: samples }, (_, i) => {
        const z = prior.sample(2, fold(key(6), i)).dataSync()
        return [0.3, 1].map((value, row) => Math.exp(-((value - z[row]!) ** 2)))
      }),
    )
    const found = await logMarginal(x, {
      logLikelihood: (rows, z) => tidy(() => sum(neg(square(sub(rows, z))), 1)),
      prior,
      samples,
      key: key(6),
      batchSize: 3,
    })
    for (const row of [0, 1]) {
      const values = weights.map((each) => each[row]!)
      const mean = values.reduce((a, b) => a + b, 0) / samples
      const spread = values.reduce((total, each) => total + (each - mean) ** 2, 0) / (samples - 1)
      expect([found.value[row]!]).toBeAllClose([Math.log(mean)], { rtol: 1e-5 })
      expect([found.standardError[row]!]).toBeAllClose([Math.sqrt(spread / samples) / mean], { rtol: 1e-4 })
    }
    x.dispose()
  })
})

describe('edges', () => {
  it('a point is on the sphere within a thousandth of its radius', () => {
    const at = (length: number) =>
      tidy(
        () =>
          hypersphere(3)
            .logProb(tensor2d([[0, length, 0]]))
            .dataSync()[0]!,
      )
    expect([0.9992, 1, 1.0008].map(at)).toEqual(new Array(3).fill(Math.fround(-Math.log(4 * Math.PI))))
    expect([0.998, 1.002].map(at)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
  })

  it('a box holds its ends', () => {
    const ends = tidy(() =>
      uniformBox({ low: [-1], high: [3] })
        .logProb(tensor2d([[-1], [3], [3.001]]))
        .dataSync(),
    )
    expect([...ends]).toEqual([Math.fround(-Math.log(4)), Math.fround(-Math.log(4)), Number.NEGATIVE_INFINITY])
  })

  it('the halves of a covariance may differ by a rounding, and no more', () => {
    const make = (difference: number) => () =>
      fullNormal({
        mean: [0, 0],
        covariance: [
          [2, 0.5],
          [0.5 + difference, 1],
        ],
      })
    expect(make(1.9e-5)().size).toBe(2)
    expect(make(-1.9e-5)().size).toBe(2)
    expect(make(2.1e-5)).toThrow('halves that differ')
    expect(make(-2.1e-5)).toThrow('halves that differ')
  })
})

describe('EM', () => {
  const codes = () => tidy(() => tensor2d([...normal(key(1), [40]).dataSync()].map((v, i) => [v + 4 * (i % 2)])))
  const fit = async (options: Partial<Parameters<typeof fitGaussianMixture>[1]>) => {
    const x = codes()
    try {
      return await fitGaussianMixture(x, { components: 2, key: key(0), ...options })
    } finally {
      x.dispose()
    }
  }

  it('stops where the likelihood rises by less than the tolerance, 1e-3 nats, or after 100 steps', async () => {
    const { logLikelihoods, converged } = await fit({})
    const rises = logLikelihoods.slice(1).map((value, i) => value - logLikelihoods[i]!)
    expect(converged).toBe(true)
    expect(rises.at(-1)!).toBeLessThan(1e-3)
    expect(rises.slice(0, -1).every((rise) => rise >= 1e-3)).toBe(true)
    // A likelihood before each step and one after the last.
    const stopped = await fit({ iterations: 3, tolerance: 0 })
    expect([stopped.logLikelihoods.length, stopped.converged]).toEqual([4, false])
  })

  it('adds the floor to every variance, 1e-6 unless told', async () => {
    const variances = async (options: object) => {
      const { config } = await fit({ components: 1, covariance: 'diagonal', ...options })
      return (config as unknown as { deviations: number[][] }).deviations[0]!.map((value) => value ** 2)
    }
    const [bare] = await variances({ floor: 0 })
    expect(await variances({ floor: 0.5 })).toBeAllClose([bare! + 0.5], { rtol: 1e-12, atol: 0 })
    expect((await variances({}))[0]! - bare!).toBeCloseTo(1e-6, 12)
    const full = await fit({ components: 1, floor: 0.25 })
    expect((full.config as unknown as { covariances: number[][][] }).covariances.flat(2)).toBeAllClose([bare! + 0.25], {
      rtol: 1e-12,
    })
  })

  it('has ten components and full covariances unless told', async () => {
    const x = normal(key(1), [60, 2]) as Tensor2D
    const fitted = await fitGaussianMixture(x, { key: key(0), iterations: 1 })
    dispose(x)
    const config = fitted.config as unknown as { means: number[][]; covariances: number[][][] }
    expect([config.means.length, config.covariances.length, config.covariances[0]!.length]).toEqual([10, 10, 2])
  })

  it('refuses a component that has lost its codes', async () => {
    const means = [[0], [1e6]]
    await expect(fit({ means })).rejects.toThrow('expected codes in every component, got none in component 1')
  })
})

it('draws of one call are independent: no two numbers alike, noise not tied to the component', () => {
  tidy(() => {
    const z = sampleFrom(
      { mean: tensor2d(new Float32Array(600), [100, 6]), logVariance: tensor2d(new Float32Array(600), [100, 6]) },
      key(2),
    )
    expect(new Set(z.dataSync()).size).toBe(600)
    const count = 4000
    const drawn = mixture().sample(count, key(9)).dataSync()
    const ofFirst = Array.from(drawn).filter((value) => value < 1.5)
    // Of N(0, 1), what is below 1.5: mean −φ(1.5)/Φ(1.5), whichever numbers chose the component.
    const expected = -0.1295176 / 0.9331928
    expect(Math.abs(ofFirst.reduce((a, b) => a + b, 0) / ofFirst.length - expected)).toBeLessThan(
      4.5 * (1 / Math.sqrt(2000)),
    )
  })
})
