/** Draws of priors, losses, metrics and data, for the laws of independent draws. @module */
import { bernoulli, categorical, key, normal, randint, uniform } from '@gen/backend'
import { pointDataset, toy, toyNames } from '@gen/data'
import * as losses from '@gen/losses'
import { kid, matrix, msSsimDiversity, slicedWasserstein } from '@gen/metrics'
import { fitGaussianMixture, kl, logMarginal, sampleFrom, standardNormal } from '@gen/priors'
import {
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  zeros,
} from '@tensorflow/tfjs-core'
import { all as priors } from '../../../packages/priors/src/testing/cases.ts'
import { type Call, freed, k, rows } from './call.ts'

const draws: Call[] = [
  { name: 'normal', prepare: () => ({ run: () => normal(k, [rows, 3]) }) },
  { name: 'uniform', prepare: () => ({ run: () => uniform(k, [rows, 3], { min: -1 }) }) },
  { name: 'randint', prepare: () => ({ run: () => randint(k, [rows], { max: 3 }) }) },
  { name: 'bernoulli', prepare: () => ({ run: () => bernoulli(k, [rows], { p: 0.5 }) }) },
  {
    name: 'categorical',
    prepare: () => {
      const logits = zeros([rows, 4]) as Tensor2D
      return { run: () => categorical(k, logits), free: freed({ logits }) }
    },
  },
]

const priorCalls = priors.map(
  ({ name, make }): Call => ({
    name: `prior ${name}: sample`,
    prepare: async () => {
      const prior = await make()
      const variables = { ...(prior.variables?.() ?? []) }
      return { run: () => prior.sample(rows, k), free: freed(prior, variables) }
    },
  }),
)

const posterior = () => ({ mean: normal(key(1), [rows, 2]) as Tensor2D, logVariance: zeros([rows, 2]) as Tensor2D })

const posteriorCalls: Call[] = [
  {
    name: 'sampleFrom',
    prepare: () => {
      const q = posterior()
      return { run: () => sampleFrom(q, k), free: freed(q) }
    },
  },
  {
    name: 'kl by Monte Carlo',
    prepare: async () => {
      const q = posterior()
      const prior = await priors.find(({ name }) => name === 'gaussianMixture of deviations')!.make()
      return { run: () => kl(q, prior, { key: k, samples: 5 }), free: freed(q) }
    },
  },
  {
    name: 'logMarginal in batches',
    prepare: () => {
      const x = normal(key(2), [rows, 2])
      const logLikelihood = (at: Tensor, z: Tensor2D) => sum(square(sub(at, z)), 1) as Tensor1D
      const options = { samples: 5, key: k, prior: standardNormal(2), logLikelihood, batchSize: 2 * rows }
      return { run: () => logMarginal(x, options), free: freed({ x }) }
    },
  },
  {
    name: 'fitGaussianMixture',
    beyondRows: true,
    prepare: () => {
      const codes = normal(key(2), [30, 2]) as Tensor2D
      return { run: () => fitGaussianMixture(codes, { components: 3, key: k }), free: freed({ codes }) }
    },
  },
]

const likelihoods = {
  bernoulli: losses.bernoulliLikelihood(),
  categorical: losses.categoricalLikelihood({ levels: 4 }),
  discretizedLogistic: losses.discretizedLogisticLikelihood({ levels: 256 }),
  gaussian: losses.gaussianLikelihood(),
}

const lossCalls: Call[] = [
  ...Object.entries(likelihoods).map(
    ([name, likelihood]): Call => ({
      name: `likelihood ${name}: sample`,
      prepare: () => {
        const output = zeros([rows, 4, 4, 2 * likelihood.channels])
        return { run: () => likelihood.sample(output, k), free: freed({ output }) }
      },
    }),
  ),
  ...[losses.gradientPenalty(), losses.draganPenalty()].map(
    (penalty): Call => ({
      name: `penalty ${penalty.name}`,
      prepare: () => {
        const batch = { real: normal(key(1), [rows, 5]), fake: normal(key(2), [rows, 5]) }
        return { run: () => penalty((x) => sum(x, 1), batch, k), free: freed(batch) }
      },
    }),
  ),
]

const vectors = (seed: number) => {
  const x = normal(key(seed), [12, 3]) as Tensor2D
  const values = x.arraySync()
  x.dispose()
  return matrix(values)
}

const metricCalls: Call[] = [
  {
    name: 'kid of several subsets',
    beyondRows: true,
    prepare: () => {
      const [real, fake] = [vectors(1), vectors(2)]
      return { run: () => kid(real, fake, { subsets: 4, subsetSize: 5, key: k }) }
    },
  },
  {
    name: 'slicedWasserstein',
    beyondRows: true,
    prepare: () => {
      const [real, fake] = [vectors(1), vectors(2)]
      return { run: () => slicedWasserstein(real, fake, { key: k }) }
    },
  },
  {
    name: 'msSsimDiversity',
    beyondRows: true,
    prepare: () => {
      const images = uniform(key(1), [5, 16, 16, 1]) as Tensor4D
      return { run: () => msSsimDiversity(images, { key: k, pairs: 4, weights: [1] }), free: freed({ images }) }
    },
  },
]

const dataCalls: Call[] = [
  ...toyNames.map(
    (name): Call => ({ name: `toy ${name}: draw`, prepare: () => ({ run: () => toy(name).draw(rows, k) }) }),
  ),
  ...toyNames.map(
    (name): Call => ({
      name: `toy ${name}: three batches`,
      prepare: () => {
        const batches = toy(name).batches({ size: rows, key: k })
        return { run: () => [0, 1, 2].map((i) => batches.at(i)) }
      },
    }),
  ),
  {
    name: 'batches over three epochs',
    beyondRows: true,
    prepare: () => {
      const data = pointDataset({ points: new Float32Array(20) })
      const batches = data.batches({ size: 4, key: k })
      return { run: () => Array.from({ length: 7 }, (_, i) => batches.at(i)) }
    },
  },
  {
    name: 'split, then batches of both parts, with keys of one key',
    beyondRows: true,
    prepare: () => ({ run: () => pointDataset({ points: new Float32Array(20) }).split(0.5, k) }),
  },
]

/** Every call of a part. */
export const partCalls: readonly Call[] = [
  ...[...draws, ...priorCalls, ...posteriorCalls, ...lossCalls, ...metricCalls, ...dataCalls],
]
