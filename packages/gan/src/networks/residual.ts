/** Residual networks with spectral normalization, after SNGAN. @module */
import { fold } from '@gen/backend'
import type { Network } from '@gen/model'
import { convolution, dense, downsample, groupNormalization, groupsFor, residualBlock, upsample } from '@gen/nn'
import { layers } from '@tensorflow/tfjs-layers'
import { sumPositions } from '../layers/sum-positions.ts'
import {
  assertImage,
  type DiscriminatorOptions,
  discriminatorOf,
  type GeneratorOptions,
  generatorOf,
  through,
} from './options.ts'
import { halfSizes } from './sizes.ts'

/** What both take. */
interface ResidualOptions {
  /** Channels at each size, that of the largest images first. @default [32, 64, 128] */
  widths?: readonly number[]
}

/** Options of {@link residualGenerator}. */
export interface ResidualGeneratorOptions extends GeneratorOptions, ResidualOptions {}

/** Options of {@link residualDiscriminator}; its kernels are divided by their largest singular values unless told. */
export interface ResidualDiscriminatorOptions extends DiscriminatorOptions, ResidualOptions {}

/**
 * A vector to images in [−1, 1]: for each width nearest doubling and a residual block with group norm; tanh at the end.
 *
 * @throws GenError `shape` for images too small for so many halvings, `value` or `range` for sizes.
 * @see Spectral normalization for generative adversarial networks (Miyato et al., 2018) https://arxiv.org/abs/1802.05957
 * @example
 * const generator = residualGenerator({ shape: [32, 32, 3], latentSize: 64, key: key(0) })
 */
export function residualGenerator(options: ResidualGeneratorOptions): Network {
  const { shape, latentSize, key, classes = 0, widths = [32, 64, 128] } = options
  assertImage('residualGenerator', shape)
  const config = { kind: 'residualGenerator', shape, latentSize, classes, widths }
  const sizes = halfSizes('gan.residualGenerator', shape, widths.length)
  const smallest = [...sizes.at(-1)!, widths.at(-1)!]
  return generatorOf(config, options, (z) => {
    const blocks = widths.map((channels, i) => [
      upsample({ size: sizes[i]!, name: `up_${i}` }),
      residualBlock({ channels, activation: 'relu', normalization: 'group', key: fold(key, i), name: `block_${i}` }),
    ])
    const units = smallest.reduce((product, n) => product * n, 1)
    const groups = groupsFor(widths[0]!)
    return through(
      z,
      dense({ units, key: fold(key, widths.length), name: 'first' }),
      layers.reshape({ targetShape: smallest, name: 'image' }),
      ...blocks.reverse().flat(),
      groupNormalization({ groups, activation: 'relu', name: 'norm' }),
      convolution({ channels: shape[2], key: fold(key, widths.length + 1), activation: 'tanh', name: 'output' }),
    )
  })
}

/**
 * Images to logits `[batch, 1]`: for each width a residual block without normalization layers and a mean over 2 × 2
 * pixels, then the sum over positions.
 *
 * @throws GenError `shape` for images too small for so many halvings, `value` or `range` for sizes.
 * @see Spectral normalization for generative adversarial networks (Miyato et al., 2018) https://arxiv.org/abs/1802.05957
 * @example
 * const discriminator = residualDiscriminator({ shape: [32, 32, 3], key: key(1) })
 */
export function residualDiscriminator(options: ResidualDiscriminatorOptions): Network {
  const { shape, key, classes = 0, widths = [32, 64, 128], spectral = true } = options
  assertImage('residualDiscriminator', shape)
  const config = { kind: 'residualDiscriminator', shape, classes, widths, spectral }
  halfSizes('gan.residualDiscriminator', shape, widths.length)
  return discriminatorOf(config, { ...options, spectral }, (x) => {
    const block = { normalization: 'none', activation: 'relu', spectral } as const
    return through(
      x,
      convolution({ channels: widths[0]!, key: fold(key, widths.length), spectral, name: 'first' }),
      ...widths.flatMap((channels, i) => [
        residualBlock({ ...block, channels, key: fold(key, i), name: `block_${i}` }),
        downsample({ name: `down_${i}` }),
      ]),
      layers.activation({ activation: 'relu', name: 'relu' }),
      sumPositions({ name: 'pool' }),
    )
  })
}
