/** Every distribution comes back from its config as it was, and nothing else does. */
import { key, useBackend } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import {
  diagonalNormal,
  distributionFromConfig,
  fullNormal,
  gaussianMixture,
  hypersphere,
  standardNormal,
  uniformBox,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

function numbers(tensor: Tensor): number[] {
  const values = [...tensor.dataSync()]
  tensor.dispose()
  return values
}

const means = [
  [0, 3],
  [1, -1],
]
const covariance = [
  [2, 0.5],
  [0.5, 1],
]
const options = { weights: [1, 3], means, covariances: [covariance, covariance] }

it.each([
  standardNormal(2),
  hypersphere(2),
  uniformBox({ low: [-1, 0], high: [1, 0.5] }),
  diagonalNormal({ mean: [1, 2], deviation: [0.1, 3] }),
  fullNormal({ mean: [1, 2], covariance }),
  gaussianMixture({ means, deviations: means.map(() => [0.5, 2]) }),
  gaussianMixture(options),
])('comes back: $config.kind', (prior) => {
  const copy = distributionFromConfig(JSON.parse(JSON.stringify(prior.config)))
  expect(copy.config).toEqual(prior.config)
  const draws = (of: typeof copy) => numbers(of.sample(5, key(1)))
  expect(draws(copy)).toEqual(draws(prior))
})

it.each([
  { kind: 'standardNormal' },
  { kind: 'standardNormal', size: 0 },
  { kind: 'standardNormal', size: 2, more: 1 },
  { kind: 'vampPrior', components: 3 },
  { kind: 'uniformBox', low: [0], high: ['1'] },
  null,
])('refuses %j', (config) => {
  expect(() => distributionFromConfig(config)).toThrow(expect.objectContaining({ code: 'config' }))
})

it('leaves numbers that make none to the distribution', () => {
  expect(() => distributionFromConfig({ kind: 'uniformBox', low: [1], high: [0] })).toThrow(
    expect.objectContaining({ code: 'range' }),
  )
})
