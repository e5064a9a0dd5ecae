/** Vectors to images. @module */
import { assertInteger, fold, type Key } from '@gen/backend'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { convolution } from '../layers/convolution.ts'
import { dense } from '../layers/dense.ts'
import { groupNormalization } from '../layers/group-normalization.ts'
import { upsample } from '../layers/upsample.ts'
import type { Activation } from '../operations/activate.ts'
import { groupsFor } from '../operations/groups-for.ts'
import { checkImageModel, convolutionBlock } from './convolution-block.ts'
import { halfSizes } from './half-sizes.ts'

/** Options of {@link convDecoder}. */
export interface ConvDecoderOptions {
  /** Size of the vectors. */
  inputs: number
  /** Height, width and channels of the images. */
  shape: number[]
  /** Draws the weights. */
  key: Key
  /** Channels at each size, largest image first, as in `convEncoder`. @default [32, 64, 128] */
  widths?: number[]
  /** @default 'silu' */
  activation?: Activation
  /** Applied to the images; `sigmoid` for [0, 1], `tanh` for [−1, 1]. @default 'linear' */
  outputActivation?: Activation
  /** Between convolution and activation. @default 'group' */
  normalization?: 'group' | 'none'
  /** Divides every kernel by its largest singular value. @default false */
  spectral?: boolean
  /** Multiplies the last initial kernel; 0 gives a network that starts at a constant image. @default 1 */
  gain?: number
  /** Name of the model, with which its layers' names begin. @default 'decoder' */
  name?: string
}

const where = 'nn.convDecoder'

/**
 * A convolutional network from vectors `[batch, inputs]` to images `[batch, h, w, c]`: a dense layer to the smallest
 * size, then for each width, from last to first, nearest doubling and a 3 × 3 convolution with group norm and activation,
 * and a last 3 × 3 convolution. It passes the sizes of `convEncoder` backwards: 4 → 7 → 14 → 28. Twice differentiable.
 *
 * @throws GenError `shape` for images too small for so many halvings, `value` or `range` for sizes.
 * @see Deconvolution and checkerboard artifacts (Odena et al., 2016) https://doi.org/10.23915/distill.00003
 * @example
 * const decoder = convDecoder({ inputs: 16, shape: [28, 28, 1], outputActivation: 'sigmoid', key: key(0) })
 * const images = decoder.predict(ones([2, 16]))
 */
export function convDecoder({
  inputs,
  shape,
  key,
  widths = [32, 64, 128],
  activation = 'silu',
  outputActivation = 'linear',
  normalization = 'group',
  spectral = false,
  gain = 1,
  name = 'decoder',
}: ConvDecoderOptions): LayersModel {
  checkImageModel(where, shape, widths)
  assertInteger(where, 'inputs', inputs, { min: 1 })
  const sizes = halfSizes(where, shape.slice(0, 2), widths.length)
  const smallest = [...sizes.at(-1)!, widths.at(-1)!]
  const x = input({ shape: [inputs], name: `${name}_x` })
  const units = smallest.reduce((product, n) => product * n, 1)
  let h = dense({ units, key: fold(key, widths.length), spectral, name: `${name}_dense` }).apply(x) as SymbolicTensor
  h = layers.reshape({ targetShape: smallest, name: `${name}_image` }).apply(h) as SymbolicTensor
  if (normalization === 'group') {
    const groups = groupsFor(widths.at(-1)!)
    h = groupNormalization({ groups, activation, name: `${name}_norm` }).apply(h) as SymbolicTensor
  }
  for (let i = widths.length - 1; i >= 0; i--) {
    h = upsample({ size: sizes[i]!, name: `${name}_${i}_up` }).apply(h) as SymbolicTensor
    const options = { channels: widths[i]!, stride: 1, key: fold(key, i), activation, normalization, spectral }
    h = convolutionBlock(h, { ...options, name: `${name}_${i}` })
  }
  const last = { channels: shape[2]!, key: fold(key, widths.length + 1), activation: outputActivation, gain, spectral }
  const images = convolution({ ...last, name: `${name}_output` }).apply(h) as SymbolicTensor
  return model({ inputs: x, outputs: images, name })
}
