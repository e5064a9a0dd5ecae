/** Images to vectors. @module */
import { assertInteger, fold, type Key } from '@gen/backend'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { dense } from '../layers/dense.ts'
import { minibatchStdDev } from '../layers/minibatch-std-dev.ts'
import type { Activation } from '../operations/activate.ts'
import { checkImageModel, convolutionBlock } from './convolution-block.ts'
import { halfSizes } from './half-sizes.ts'

/** Options of {@link convEncoder}. */
export interface ConvEncoderOptions {
  /** Height, width and channels of the images. */
  shape: number[]
  /** Size of the output: 1 for a discriminator, twice the latent size for a mean and a variance. */
  outputs: number
  /** Draws the weights. */
  key: Key
  /** Channels after each halving. @default [32, 64, 128] */
  widths?: number[]
  /** @default 'silu' */
  activation?: Activation
  /** Between convolution and activation. @default 'group' */
  normalization?: 'group' | 'none'
  /** Divides every kernel by its largest singular value. @default false */
  spectral?: boolean
  /** Appends the deviation over groups of this many samples before the last layer; 0 leaves it out. @default 0 */
  groupSize?: number
  /** Multiplies the last initial kernel. @default 1 */
  gain?: number
  /** Name of the model, with which its layers' names begin. @default 'encoder' */
  name?: string
}

const where = 'nn.convEncoder'

/**
 * A convolutional network from images `[batch, h, w, c]` to vectors `[batch, outputs]`: for each width a 3 × 3
 * convolution of stride 2, group norm, activation; then a dense layer. Odd sizes are rounded up: 28 → 14 → 7 → 4.
 *
 * Twice differentiable, so gradient penalties can be taken of it. For a discriminator: `outputs: 1, activation:
 * 'leakyRelu', normalization: 'none'`, with `spectral` or a penalty, and `groupSize: 4` against mode collapse.
 *
 * @throws GenError `shape` for images too small for so many halvings, `value` or `range` for sizes.
 * @see Unsupervised representation learning with deep convolutional GANs (Radford et al., 2015) https://arxiv.org/abs/1511.06434
 * @example
 * const encoder = convEncoder({ shape: [28, 28, 1], outputs: 32, key: key(0) })
 * const y = encoder.predict(ones([2, 28, 28, 1]))
 */
export function convEncoder({
  shape,
  outputs,
  key,
  widths = [32, 64, 128],
  activation = 'silu',
  normalization = 'group',
  spectral = false,
  groupSize = 0,
  gain = 1,
  name = 'encoder',
}: ConvEncoderOptions): LayersModel {
  checkImageModel(where, shape, widths)
  assertInteger(where, 'outputs', outputs, { min: 1 })
  assertInteger(where, 'groupSize', groupSize, { min: 0 })
  halfSizes(where, shape.slice(0, 2), widths.length)
  const x = input({ shape, name: `${name}_x` })
  let h: SymbolicTensor = x
  widths.forEach((channels, i) => {
    const options = { channels, stride: 2, key: fold(key, i), activation, normalization, spectral }
    h = convolutionBlock(h, { ...options, name: `${name}_${i}` })
  })
  if (groupSize > 0) h = minibatchStdDev({ groupSize, name: `${name}_deviation` }).apply(h) as SymbolicTensor
  h = layers.flatten({ name: `${name}_flat` }).apply(h) as SymbolicTensor
  const last = dense({ units: outputs, key: fold(key, widths.length), gain, spectral, name: `${name}_output` })
  return model({ inputs: x, outputs: last.apply(h) as SymbolicTensor, name })
}
