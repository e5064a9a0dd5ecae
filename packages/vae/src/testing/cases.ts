/** All presets, for the laws. @module */
import { fold, type Key, normal, uniform } from '@gen/backend'
import { gaussianLikelihood } from '@gen/losses'
import type { Batch } from '@gen/model'
import { add, mul, type Tensor, tensor1d, tidy, type Variable } from '@tensorflow/tfjs-core'
import {
  autoencoder,
  betaTcVae,
  betaVae,
  computedGamma,
  conditionalVae,
  convNetworks,
  iwae,
  mlpNetworks,
  rae,
  splitVae,
  standardVae,
  twoStage,
  type Vae,
  vampVae,
  vqVae,
  wae,
} from '../index.ts'

/** A preset to be tried. */
export interface Case {
  readonly name: string
  make(k: Key): Vae
}

const network = mlpNetworks({ widths: [12], activation: 'tanh' })
const image = { shape: [4, 4, 1], latentSize: 3, network }

/** Every preset; images of 4 × 4 but where the name says points or conv. */
export const cases: readonly Case[] = [
  { name: 'autoencoder', make: (key) => autoencoder({ ...image, key }) },
  { name: 'standardVae', make: (key) => standardVae({ ...image, key }) },
  { name: 'standardVae of points', make: (key) => standardVae({ ...image, shape: [5], key }) },
  {
    name: 'standardVae, conv',
    make: (key) => standardVae({ shape: [8, 8, 2], latentSize: 3, network: convNetworks({ widths: [4, 8] }), key }),
  },
  {
    name: 'standardVae, deviation per pixel',
    make: (key) => standardVae({ ...image, likelihood: gaussianLikelihood({ deviation: 'perPixel' }), key }),
  },
  { name: 'betaVae', make: (key) => betaVae({ ...image, beta: { from: 0.5, to: 2, steps: 10 }, freeNats: 0.01, key }) },
  { name: 'conditionalVae', make: (key) => conditionalVae({ ...image, classes: 3, key }) },
  {
    name: 'conditionalVae, conv',
    make: (key) =>
      conditionalVae({ shape: [8, 8, 1], latentSize: 2, network: convNetworks({ widths: [4] }), classes: 2, key }),
  },
  { name: 'computedGamma', make: (key) => computedGamma({ ...image, key }) },
  { name: 'twoStage', make: (key) => twoStage({ first: { latentSize: 3 }, network, key }) },
  { name: 'rae', make: (key) => rae({ ...image, key }) },
  { name: 'rae with a gradient penalty', make: (key) => rae({ ...image, penalty: 'gradient', weight: 0.1, key }) },
  { name: 'wae', make: (key) => wae({ ...image, key }) },
  { name: 'betaTcVae', make: (key) => betaTcVae({ ...image, datasetSize: 100, key }) },
  { name: 'iwae', make: (key) => iwae({ ...image, draws: 3, key }) },
  { name: 'vampVae', make: (key) => vampVae({ ...image, components: 4, key }) },
  { name: 'vqVae', make: (key) => vqVae({ ...image, latentSize: 6, size: 2, codes: 5, key }) },
  { name: 'splitVae', make: (key) => splitVae({ ...image, key }) },
]

/** Items that the model can take: pixels inside [0, 1], or points, with labels where it has classes. */
export function batchFor({ shape, config }: Pick<Vae, 'shape' | 'config'>, size: number, k: Key): Batch {
  const draw = shape.length === 3 ? uniform : normal
  const x: Tensor = draw(k, [size, ...shape])
  if (config.classes === 0) return { x }
  return {
    x,
    labels: tensor1d(
      Array.from({ length: size }, (_, i) => i % config.classes),
      'int32',
    ),
  }
}

/** Moves every variable a little, so that nothing is at its special start. */
export function perturb(variables: readonly Variable[], k: Key, scale = 0.1): void {
  for (const [i, variable] of variables.entries()) {
    tidy(() => variable.assign(add(variable, mul(normal(fold(k, i), variable.shape), scale))))
  }
}
