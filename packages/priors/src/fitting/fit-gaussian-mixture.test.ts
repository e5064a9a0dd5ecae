/** Laws of EM. @module */
import { GenError, key, normal, useBackend } from '@gen/backend'
import { add, dispose, fill, mul, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fitGaussianMixture, gaussianMixture } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Correlated codes that no mixture of three fits exactly. */
function codes(rows: number, seed: number): Tensor2D {
  return tidy(() => {
    const eps = normal(key(seed), [rows, 3])
    return add(eps, mul(mul(eps, eps), tensor2d([[0.5, -0.25, 0.1]])))
  })
}

describe('expectation–maximization', () => {
  it.each(['full', 'diagonal'] as const)(
    '%s: the log-likelihood never falls, and is the fitted mixture’s',
    async (covariance) => {
      for (let seed = 0; seed < 5; seed++) {
        const x = codes(200, seed)
        const fitted = await fitGaussianMixture(x, {
          components: 3,
          covariance,
          iterations: 60,
          tolerance: 0,
          floor: 0,
          key: key(seed),
        })
        const { logLikelihoods } = fitted
        expect(logLikelihoods.length).toBeGreaterThan(5)
        for (const [i, value] of logLikelihoods.slice(1).entries()) {
          expect(value - logLikelihoods[i]!).toBeGreaterThan(-1e-12)
        }
        const density = fitted.logProb(x)
        const average = Array.from(density.dataSync()).reduce((sum, value) => sum + value, 0) / 200
        expect([average]).toBeAllClose([logLikelihoods.at(-1)!], { rtol: 1e-5, atol: 1e-5 })
        dispose([x, density])
      }
    },
  )

  it('finds the mixture that made the codes', async () => {
    const means = [
      [-3, 0],
      [3, 1],
      [0, 4],
    ]
    const covariances = [
      [
        [1, 0.6],
        [0.6, 1],
      ],
      [
        [0.5, 0],
        [0, 0.25],
      ],
      [
        [0.5, -0.4],
        [-0.4, 0.8],
      ],
    ]
    const truth = gaussianMixture({ weights: [0.5, 0.2, 0.3], means, covariances })
    const x = truth.sample(4000, key(1))
    const { config, converged } = await fitGaussianMixture(x, { components: 3, key: key(2), tolerance: 1e-6 })
    x.dispose()
    expect(converged).toBe(true)
    const found = config as unknown as { weights: number[]; means: number[][]; covariances: number[][][] }
    for (const [i, mu] of means.entries()) {
      const k = found.means.findIndex((row) => Math.hypot(row[0]! - mu[0]!, row[1]! - mu[1]!) < 0.5)
      expect(found.means[k]).toBeAllClose(mu, { atol: 0.1 })
      expect([found.weights[k]!]).toBeAllClose([[0.5, 0.2, 0.3][i]!], { atol: 0.03 })
      expect(found.covariances[k]!.flat()).toBeAllClose(covariances[i]!.flat(), { atol: 0.12 })
    }
  })

  it('one component is the sample mean and covariance', async () => {
    const x = tensor2d([
      [0, 0],
      [2, 0],
      [0, 4],
      [2, 8],
    ])
    const { config } = await fitGaussianMixture(x, { components: 1, floor: 0, key: key(0) })
    x.dispose()
    const found = config as unknown as { means: number[][]; covariances: number[][][] }
    expect(found.means[0]).toBeAllClose([1, 3])
    expect(found.covariances[0]!.flat()).toBeAllClose([1, 1, 1, 11])
  })

  it('is the same for the same key, and depends on the key', async () => {
    const x = codes(100, 9)
    const fit = (seed: number) => fitGaussianMixture(x, { components: 6, iterations: 1, key: key(seed) })
    const [a, b, c] = await Promise.all([fit(1), fit(1), fit(2)])
    expect(a.config).toEqual(b.config)
    expect(a.config).not.toEqual(c.config)
    x.dispose()
  })

  it('gives the event loop turns', async () => {
    const x = codes(3000, 2)
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await fitGaussianMixture(x, { components: 8, iterations: 60, tolerance: 0, key: key(0) })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
    x.dispose()
  })
})

describe('degenerate codes', () => {
  const expectError = async (
    x: Tensor2D,
    options: { components: number; floor?: number },
    code: string,
    text: string,
  ) => {
    const error = await fitGaussianMixture(x, { ...options, key: key(0) }).catch((caught: unknown) => caught)
    x.dispose()
    expect(GenError.is(error) && error.code).toBe(code)
    expect((error as Error).message).toContain(text)
  }

  it('fewer different codes than components', async () => {
    const three = tidy(() =>
      tensor2d([
        [0, 0],
        [1, 1],
        [0, 0],
        [2, 0],
        [1, 1],
      ]),
    )
    await expectError(three, { components: 4 }, 'value', 'expected at least 4 different codes for 4 components, got 3')
    await expectError(fill([50, 2], 0.5), { components: 2 }, 'value', 'collapsed encoder')
  })

  it('fewer codes than components', async () => {
    await expectError(
      codes(3, 0),
      { components: 10 },
      'shape',
      'expected at least 10 codes for 10 components, got [3, 3]',
    )
  })

  it('a singular covariance, which a floor makes regular', async () => {
    const line = () => tidy(() => mul(normal(key(0), [40, 1]), tensor2d([[1, 2]])) as Tensor2D)
    await expectError(line(), { components: 1, floor: 0 }, 'value', 'positive definite')
    const x = line()
    const prior = await fitGaussianMixture(x, { components: 1, key: key(0) })
    expect(prior.size).toBe(2)
    x.dispose()
  })

  it('NaN', async () => {
    await expectError(
      tensor2d([
        [0, 1],
        [Number.NaN, 0],
      ]),
      { components: 1 },
      'non-finite',
      'got NaN in row 1',
    )
  })
})
