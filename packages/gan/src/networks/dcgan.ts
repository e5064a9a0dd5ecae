/** Plain convolutional networks, after DCGAN. @module */
import { fold } from '@gen/backend'
import type { Network } from '@gen/model'
import { convDecoder, convolution, minibatchStdDev } from '@gen/nn'
import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import {
  assertImage,
  type DiscriminatorOptions,
  discriminatorOf,
  type GeneratorOptions,
  generatorOf,
  through,
} from './options.ts'

/** What both take. */
interface DcganOptions {
  /** Channels at each size, that of the largest images first. @default [32, 64, 128] */
  widths?: readonly number[]
}

/** Options of {@link dcganGenerator}. */
export interface DcganGeneratorOptions extends GeneratorOptions, DcganOptions {}

/** Options of {@link dcganDiscriminator}. */
export interface DcganDiscriminatorOptions extends DiscriminatorOptions, DcganOptions {
  /** Appends the deviation over groups of this many samples; 0 leaves it out. @default 0 */
  groupSize?: number
}

/**
 * A vector to images in [−1, 1]: dense to the smallest size, then for each width nearest doubling, 3 × 3 convolution,
 * normalization, ReLU; tanh at the end.
 *
 * Where DCGAN has transposed convolutions it doubles and convolves, and where it has batch norm it has group norm: a sample
 * then depends on its own z alone, in training too, and averaged weights need no averaged statistics.
 *
 * @throws GenError `shape` for images too small for so many halvings, `value` or `range` for sizes.
 * @see Unsupervised representation learning with deep convolutional GANs (Radford et al., 2015) https://arxiv.org/abs/1511.06434
 * @example
 * const generator = dcganGenerator({ shape: [28, 28, 1], latentSize: 64, key: key(0) })
 */
export function dcganGenerator(options: DcganGeneratorOptions): Network {
  const { shape, latentSize, key, classes = 0, widths = [32, 64, 128] } = options
  assertImage('dcganGenerator', shape)
  const config = { kind: 'dcganGenerator', shape, latentSize, classes, widths }
  return generatorOf(config, options, (z) => {
    const inputs = classes > 0 ? 2 * latentSize : latentSize
    const sizes = { inputs, shape: [...shape], widths: [...widths] }
    return convDecoder({ ...sizes, key, activation: 'relu', outputActivation: 'tanh' }).apply(z) as SymbolicTensor
  })
}

/**
 * Images to logits `[batch, 1]`: for each width a 3 × 3 convolution of stride 2 and leaky ReLU, without normalization, so
 * that penalties have one sample's gradient to look at.
 *
 * @throws GenError `value` or `range` for sizes.
 * @see Unsupervised representation learning with deep convolutional GANs (Radford et al., 2015) https://arxiv.org/abs/1511.06434
 * @example
 * const discriminator = dcganDiscriminator({ shape: [28, 28, 1], groupSize: 4, key: key(1) })
 */
export function dcganDiscriminator(options: DcganDiscriminatorOptions): Network {
  const { shape, key, classes = 0, widths = [32, 64, 128], spectral = false, groupSize = 0 } = options
  assertImage('dcganDiscriminator', shape)
  const config = { kind: 'dcganDiscriminator', shape, classes, widths, spectral, groupSize }
  return discriminatorOf(config, options, (x) => {
    const common = { stride: 2, activation: 'leakyRelu', gain: Math.SQRT2, spectral } as const
    return through(
      x,
      ...widths.map((channels, i) => convolution({ ...common, channels, key: fold(key, i), name: `conv_${i}` })),
      ...(groupSize > 0 ? [minibatchStdDev({ groupSize, name: 'deviation' })] : []),
      layers.flatten({ name: 'flat' }),
    )
  })
}
