/** Parity with scikit-learn and torch.distributions (fixtures/priors). @module */
import { readFileSync } from 'node:fs'
import { key, useBackend } from '@gen/backend'
import { dispose, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Distribution,
  diagonalNormal,
  entropyOf,
  fitGaussianMixture,
  fullNormal,
  gaussianMixture,
  standardNormal,
} from './index.ts'

interface Em {
  iterations: number
  weights: number[]
  means: number[][]
  covariances: number[][][] | number[][]
  score: number
  logDensities: number[]
}

interface Fixture {
  codes: number[][]
  firstMeans: number[][]
  full: Em[]
  diagonal: Em[]
  normals: {
    mean: number[]
    deviation: number[]
    covariance: number[][]
    z: number[][]
    qMean: number[][]
    qLogVariance: number[][]
    entropy: number[]
    logProb: Record<string, number[]>
    kl: Record<string, number[]>
  }
}

const file = new URL('../../../fixtures/priors/priors.json', import.meta.url)
const { codes, firstMeans, normals, ...em } = JSON.parse(readFileSync(file, 'utf8')) as Fixture

beforeAll(async () => {
  await useBackend('cpu')
})

describe('scikit-learn’s GaussianMixture', () => {
  const cases = (['full', 'diagonal'] as const).flatMap((covariance) =>
    em[covariance].map((expected) => ({ covariance, iterations: expected.iterations, expected })),
  )

  it.each(cases)('$covariance after $iterations steps', async ({ covariance, iterations, expected }) => {
    const x = tensor2d(codes)
    const options = { components: 3, means: firstMeans, tolerance: 0, key: key(0) }
    const fitted = await fitGaussianMixture(x, { ...options, covariance, iterations })
    const { weights, means, ...spread } = fitted.config as unknown as {
      weights: number[]
      means: number[][]
      covariances?: number[][][]
      deviations?: number[][]
    }
    const float64 = { rtol: 1e-8, atol: 1e-8 }
    expect(weights).toBeAllClose(expected.weights, float64)
    expect(means.flat()).toBeAllClose(expected.means.flat(), float64)
    const variances = spread.covariances?.flat(2) ?? spread.deviations!.flat().map((value) => value ** 2)
    expect(variances).toBeAllClose(expected.covariances.flat(2), float64)
    expect([fitted.logLikelihoods.at(-1)!]).toBeAllClose([expected.score], float64)
    const head = tensor2d(codes.slice(0, 8))
    const density = fitted.logProb(head)
    expect(density.dataSync()).toBeAllClose(expected.logDensities, { rtol: 1e-5, atol: 1e-5 })
    dispose([x, head, density])
  })
})

describe('torch.distributions', () => {
  const { mean, deviation, covariance, z, qMean, qLogVariance, entropy, logProb } = normals
  const priors: Record<string, Distribution> = {
    standardNormal: standardNormal(3),
    diagonalNormal: diagonalNormal({ mean, deviation }),
    fullNormal: fullNormal({ mean, covariance }),
    mixture: gaussianMixture({
      weights: [0.2, 0.5, 0.3],
      means: firstMeans,
      deviations: [
        [0.5, 1, 2],
        [1, 1, 0.5],
        [2, 0.25, 1],
      ],
    }),
  }

  it.each(Object.keys(logProb))('%s', (name) => {
    const prior = priors[name]!
    const density = tidy(() => prior.logProb(tensor2d(z)).dataSync())
    expect(density).toBeAllClose(logProb[name]!, { rtol: 1e-5, atol: 1e-5 })
    if (!prior.kl) return
    const divergence = tidy(() => prior.kl!({ mean: tensor2d(qMean), logVariance: tensor2d(qLogVariance) }).dataSync())
    expect(divergence).toBeAllClose(normals.kl[name]!, { rtol: 1e-5, atol: 1e-5 })
  })

  it('entropy', () => {
    const nats = tidy(() => entropyOf({ mean: tensor2d(qMean), logVariance: tensor2d(qLogVariance) }).dataSync())
    expect(nats).toBeAllClose(entropy, { rtol: 1e-5 })
  })
})
