/** Networks of dense layers: for points, and for small images as the first GAN had them. @module */
import { fold, type Key } from '@gen/backend'
import type { Network } from '@gen/model'
import { type Activation, dense } from '@gen/nn'
import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { fourierFeatures } from '../layers/fourier-features.ts'
import {
  beside,
  type DiscriminatorOptions,
  discriminatorOf,
  flat,
  type GeneratorOptions,
  generatorOf,
  through,
} from './options.ts'

/** What both take. */
interface MlpOptions {
  /** Sizes of the hidden layers. @default [128, 128] */
  widths?: readonly number[]
  /** Of the hidden layers. @default 'leakyRelu' */
  activation?: Activation
  /** Sines and cosines of the input, so many each, that are appended to it; 0 for none. @default 0 */
  frequencies?: number
  /** Standard deviation of their initial frequencies, in radians per unit. @default 3 */
  bandwidth?: number
}

/** Options of {@link mlpGenerator}. */
export interface MlpGeneratorOptions extends GeneratorOptions, MlpOptions {}

/** Options of {@link mlpDiscriminator}. */
export interface MlpDiscriminatorOptions extends DiscriminatorOptions, MlpOptions {}

/** What activations that clip half of their input take from it. */
const gain = Math.SQRT2

/**
 * A perceptron `[batch, latentSize]` → `[batch, …shape]`: tanh at the end for images, linear for points. What it is told is
 * appended to z.
 *
 * @throws GenError `value` or `range` for sizes.
 * @see Generative adversarial networks (Goodfellow et al., 2014) https://arxiv.org/abs/1406.2661
 * @example
 * const generator = mlpGenerator({ shape: [2], latentSize: 4, key: key(0) })
 */
export function mlpGenerator(options: MlpGeneratorOptions): Network {
  const { shape, latentSize, key, classes = 0, context, widths = [128, 128], activation = 'leakyRelu' } = options
  const { frequencies = 0, bandwidth = 3 } = options
  const own = { shape, latentSize, classes, ...(context && { context }), widths, activation, frequencies, bandwidth }
  const config = { kind: 'mlpGenerator', ...own }
  const units = shape.reduce((product, n) => product * n, 1)
  return generatorOf(config, options, (z) => {
    const numbers = through(
      z,
      ...waves(options),
      ...widths.map((n, i) => dense({ units: n, key: fold(key, i), activation, gain, name: `dense_${i}` })),
      dense({
        units,
        key: fold(key, widths.length),
        activation: shape.length === 1 ? 'linear' : 'tanh',
        name: 'output',
      }),
    )
    return shape.length === 1 ? numbers : through(numbers, layers.reshape({ targetShape: [...shape], name: 'shape' }))
  })
}

/**
 * A perceptron `[batch, …shape]` → logits `[batch, 1]`. A context is appended to x.
 *
 * @throws GenError `value` or `range` for sizes.
 * @see Generative adversarial networks (Goodfellow et al., 2014) https://arxiv.org/abs/1406.2661
 * @example
 * const discriminator = mlpDiscriminator({ shape: [2], key: key(1) })
 */
export function mlpDiscriminator(options: MlpDiscriminatorOptions): Network {
  const { shape, key, classes = 0, context, widths = [128, 128], activation = 'leakyRelu', spectral = false } = options
  const { frequencies = 0, bandwidth = 3 } = options
  const told = context && { context }
  const config = {
    kind: 'mlpDiscriminator',
    shape,
    classes,
    ...told,
    widths,
    activation,
    spectral,
    frequencies,
    bandwidth,
  }
  return discriminatorOf(config, options, (x: SymbolicTensor, known?: SymbolicTensor) => {
    const own = flat(x, 'flat')
    return through(
      known ? beside([own, flat(known, 'context_flat')], 'given') : own,
      ...waves(options),
      ...widths.map((n, i) => dense({ units: n, key: fold(key, i), activation, gain, spectral, name: `dense_${i}` })),
    )
  })
}

function waves({ frequencies = 0, bandwidth, key }: MlpOptions & { key: Key }): layers.Layer[] {
  if (frequencies === 0) return []
  const options = { size: frequencies, key: fold(key, wavesPlace), name: 'waves' }
  return [fourierFeatures({ ...options, ...(bandwidth !== undefined && { bandwidth }) })]
}

const wavesPlace = 500
