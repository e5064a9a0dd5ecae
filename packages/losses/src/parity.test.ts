/** Parity with torch and pythae (fixtures/losses): values and gradients. @module */
import { readFileSync } from 'node:fs'
import { key, useBackend } from '@gen/backend'
import {
  concat,
  grads,
  matMul,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tanh,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bernoulliLikelihood,
  type Critic,
  categoricalLikelihood,
  discretizedLogisticLikelihood,
  gaussianLikelihood,
  gradientPenalty,
  hinge,
  leastSquares,
  minimax,
  mmdLoss,
  nonSaturating,
  r1,
  r2,
  relativistic,
  totalCorrelation,
  wasserstein,
} from './index.ts'

interface Expected {
  value: number[]
  gradients: (number[] | null)[]
}

interface Likelihoods {
  bernoulli: Expected & { x: number[]; output: number[] }
  gaussian: Expected & { x: number[]; output: number[] }
  categorical: Expected & { x: number[]; output: number[] }
  discretizedLogistic: Expected & { x: number[]; location: number[]; logScale: number[] }
}

interface Fixture {
  adversarial: {
    real: number[]
    fake: number[]
    losses: Record<string, { discriminator: Expected; generator: Expected }>
  }
  likelihoods: Likelihoods
  latent: {
    z: number[]
    prior: number[]
    mean: number[]
    logVariance: number[]
    mmd: Record<'imq' | 'rbf', Expected>
    totalCorrelation: Record<'weighted' | 'stratified', Record<string, Expected>>
  }
  penalties: Record<string, Expected> & { a: never; b: never; real: never; fake: never }
}

const file = new URL('../../../fixtures/losses/losses.json', import.meta.url)
const fixture = JSON.parse(readFileSync(file, 'utf8')) as Fixture
const float32 = { rtol: 1e-5, atol: 1e-5 }

beforeAll(async () => {
  await useBackend('cpu')
})

/** Compares a function's value, and the gradients of its sum where the peer has one. */
function compare(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[], { value, gradients }: Expected): void {
  expect(f(...inputs).dataSync()).toBeAllClose(value, float32)
  const wanted = inputs.filter((_, i) => gradients[i])
  const fill = (given: Tensor[]) => {
    let next = 0
    return inputs.map((input, i) => (gradients[i] ? given[next++]! : input))
  }
  const found = grads((...given: Tensor[]) => sum(f(...fill(given))))(wanted)
  const expected = gradients.filter((gradient) => gradient !== null)
  for (const [i, gradient] of found.entries()) expect(gradient.dataSync()).toBeAllClose(expected[i]!, float32)
}

describe('adversarial objectives, with torch.nn.functional', () => {
  const { real, fake, losses } = fixture.adversarial
  const all = [minimax(), nonSaturating(), leastSquares(), hinge(), wasserstein(), relativistic()]

  it.each(all)('$name', ({ name, discriminator, generator }) =>
    tidy(() => {
      const [r, f] = [tensor(real), tensor(fake)]
      const expected = losses[name]!
      compare((a, b) => discriminator(a as Tensor1D, b as Tensor1D), [r, f], expected.discriminator)
      compare((a, b) => generator(a as Tensor1D, b as Tensor1D), [f, r], expected.generator)
    }),
  )
})

describe('likelihoods, with torch.distributions', () => {
  const given = fixture.likelihoods
  const simple = [
    ['bernoulli', bernoulliLikelihood(), [2, 3]],
    ['gaussian', gaussianLikelihood({ deviation: 0.3 }), [2, 3]],
    ['categorical', categoricalLikelihood({ levels: 4 }), [2, 12]],
  ] as const

  it.each(simple)('%s', (name, likelihood, shape) =>
    tidy(() => {
      const { x, output, ...expected } = given[name]
      const data = tensor(x, [2, 3])
      compare((o) => likelihood.logProb(data, o), [tensor(output, [...shape])], expected)
    }),
  )

  it('discretized logistic', () =>
    tidy(() => {
      const { x, location, logScale, ...expected } = given.discretizedLogistic
      const data = tensor(x, [2, 3])
      const join = (a: Tensor, b: Tensor) => concat([a, b], 1)
      const f = (a: Tensor, b: Tensor) => discretizedLogisticLikelihood().logProb(data, join(a, b))
      // Differences of x and μ in float32 against scales of 1/200: the value is good to 1e-4.
      const found = f(tensor(location, [2, 3]), tensor(logScale, [2, 3])).dataSync()
      expect(found).toBeAllClose(expected.value, { rtol: 1e-4 })
      const slopes = grads((a: Tensor, b: Tensor) => sum(f(a, b)))([tensor(location, [2, 3]), tensor(logScale, [2, 3])])
      for (const [i, slope] of slopes.entries()) {
        expect(slope.dataSync()).toBeAllClose(expected.gradients[i]!, { rtol: 1e-3, atol: 1e-3 })
      }
    }))
})

describe('divergences, with pythae', () => {
  const { z, prior, mean, logVariance, ...expected } = fixture.latent
  const matrix = (values: number[]) => tensor(values, [6, 3])

  it('MMD with inverse multiquadrics', () =>
    tidy(() => {
      compare((a, b) => mmdLoss(a as Tensor2D, b as Tensor2D), [matrix(z), matrix(prior)], expected.mmd.imq)
    }))

  it('MMD with a Gaussian kernel', () =>
    tidy(() => {
      const options = { kernel: 'rbf', scales: [1] } as const
      compare((a, b) => mmdLoss(a as Tensor2D, b as Tensor2D, options), [matrix(z), matrix(prior)], expected.mmd.rbf)
    }))

  const terms = ['mutualInformation', 'totalCorrelation', 'dimensionWise'] as const
  const estimators = ['weighted', 'stratified'] as const
  it.each(estimators.flatMap((estimator) => terms.map((term) => [estimator, term] as const)))(
    'β-TC: %s, %s',
    (estimator, term) =>
      tidy(() => {
        const f = (m: Tensor, v: Tensor, draw: Tensor) => {
          const q = { mean: m as Tensor2D, logVariance: v as Tensor2D }
          return totalCorrelation(draw as Tensor2D, q, { datasetSize: 100, estimator })[term]
        }
        const inputs = [matrix(mean), matrix(logVariance), matrix(z)]
        compare(f, inputs, expected.totalCorrelation[estimator][term]!)
      }),
  )
})

describe('penalties, with torch’s double backward', () => {
  const numbers = fixture.penalties as unknown as Record<'a' | 'b' | 'real' | 'fake', number[]>
  const cases = [
    ['r1', r1()],
    ['r2', r2()],
    ['gradientPenalty', gradientPenalty()],
    ['oneSided', gradientPenalty({ oneSided: true })],
  ] as const

  it.each(cases)('%s', (name, penalty) =>
    tidy(() => {
      const real = tensor(numbers.real, [5, 3])
      const fake = name === 'r2' ? tensor(numbers.fake, [5, 3]) : real
      const b = tensor(numbers.b, [4, 1])
      const f = (a: Tensor) => {
        const critic: Critic = (x) => {
          return reshape(matMul(tanh(matMul(x as Tensor2D, a as Tensor2D)), b as Tensor2D), [-1])
        }
        return penalty(critic, { real, fake }, key(0))
      }
      const { value, gradients } = fixture.penalties[name]!
      // Tens of a gradient of a gradient: float32 leaves five digits.
      compare(f, [tensor(numbers.a, [3, 4])], { value, gradients })
    }),
  )
})
