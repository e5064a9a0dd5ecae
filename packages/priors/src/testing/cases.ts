/** Every prior, for the laws; not part of the package. @module */
import { key, normal } from '@gen/backend'
import { add, mul, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import {
  type DiagonalNormal,
  type Distribution,
  diagonalNormal,
  fitGaussianMixture,
  fullNormal,
  gaussianMixture,
  hypersphere,
  standardNormal,
  uniformBox,
  vampPrior,
} from '../index.ts'

/** A prior on the plane or the line, and the box that holds all but 10⁻⁵ of its mass. */
export interface PriorCase {
  readonly name: string
  make(): Distribution | Promise<Distribution>
  /** Half the width of a square around 0. */
  readonly bound: number
}

/** An encoder that needs no network. */
export const encode = (x: Tensor): DiagonalNormal => ({
  mean: mul(x, 1.5),
  logVariance: add(mul(x, 0.2), -1),
})

/** All priors whose densities are per unit of area, in two dimensions. */
export const planar: readonly PriorCase[] = [
  { name: 'standardNormal', make: () => standardNormal(2), bound: 6 },
  { name: 'diagonalNormal', make: () => diagonalNormal({ mean: [1, -1], deviation: [0.5, 1.25] }), bound: 8 },
  {
    name: 'fullNormal',
    make: () =>
      fullNormal({
        mean: [0.5, -0.5],
        covariance: [
          [1, -0.7],
          [-0.7, 0.8],
        ],
      }),
    bound: 7,
  },
  {
    name: 'gaussianMixture of deviations',
    make: () =>
      gaussianMixture({
        weights: [1, 3],
        means: [
          [-1.5, 0],
          [1, 1],
        ],
        deviations: [
          [0.5, 1],
          [0.75, 0.4],
        ],
      }),
    bound: 6,
  },
  {
    name: 'gaussianMixture of covariances',
    make: () =>
      gaussianMixture({
        weights: [0.6, 0.4],
        means: [
          [-1.5, 0],
          [1, 1],
        ],
        covariances: [
          [
            [1, 0.6],
            [0.6, 0.5],
          ],
          [
            [0.3, -0.1],
            [-0.1, 0.3],
          ],
        ],
      }),
    bound: 7,
  },
  {
    name: 'gaussianMixture, trainable',
    make: () =>
      gaussianMixture({
        means: [
          [-1, 0],
          [1, 1],
          [0, -1],
        ],
        deviations: [
          [0.5, 1],
          [0.75, 0.4],
          [0.5, 0.5],
        ],
        trainable: true,
      }),
    bound: 6,
  },
  {
    name: 'fitGaussianMixture',
    make: async () => {
      const codes = normal(key(3), [60, 2]) as Tensor2D
      const fitted = await fitGaussianMixture(codes, { components: 2, key: key(1) })
      codes.dispose()
      return fitted
    },
    bound: 7,
  },
  {
    name: 'vampPrior',
    make: () => {
      const inputs = normal(key(5), [4, 2])
      const prior = vampPrior({ pseudoInputs: inputs, encode })
      inputs.dispose()
      return prior
    },
    bound: 7,
  },
  { name: 'uniformBox', make: () => uniformBox({ low: [-1, 0], high: [2, 0.5] }), bound: 3 },
]

/** And the one on a surface. */
export const all: readonly PriorCase[] = [...planar, { name: 'hypersphere', make: () => hypersphere(2), bound: 1 }]
