/** Residual networks without normalization, after R3GAN. @module */
import { fold, type Key } from '@gen/backend'
import type { Network } from '@gen/model'
import { convolution, dense, downsample, upsample } from '@gen/nn'
import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { groupedConvolution } from '../layers/grouped-convolution.ts'
import { fromBasis, toBasis } from '../layers/spatial-basis.ts'
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
interface R3Options {
  /** Channels at each size, that of the largest images first. @default [32, 64, 128] */
  widths?: readonly number[]
  /** Residual blocks at each size. @default 1 */
  blocks?: number
  /** Channels inside a block, as a multiple of those outside. @default 2 */
  expansion?: number
  /** Groups of the 3 × 3 convolution. 1 is fastest on a CPU, where small groups waste the kernels. @default 1 */
  groups?: number
}

/** Options of {@link r3Generator}. */
export interface R3GeneratorOptions extends GeneratorOptions, R3Options {}

/** Options of {@link r3Discriminator}. */
export interface R3DiscriminatorOptions extends Omit<DiscriminatorOptions, 'spectral'>, R3Options {}

/** Keeps the variance through leaky ReLU of slope 0.2. */
const leakyGain = Math.sqrt(2 / (1 + 0.2 ** 2))

/**
 * A vector to images in [−1, 1]: learned 4 × 4-ish pictures times a map of z, then at each size residual blocks
 * (1 × 1, grouped 3 × 3, 1 × 1, leaky ReLU), and bilinear doubling between sizes. No normalization: the last convolution of
 * each block starts at zero, and the others are scaled down by the fourth root of the number of blocks (Fixup).
 *
 * @throws GenError `shape` for images too small for so many halvings, `value` or `range` for sizes.
 * @see The GAN is dead; long live the GAN! (Huang et al., 2024) https://arxiv.org/abs/2501.05441
 * @see Fixup initialization (Zhang et al., 2019) https://arxiv.org/abs/1901.09321
 * @example
 * const generator = r3Generator({ shape: [32, 32, 3], latentSize: 64, key: key(0) })
 */
export function r3Generator(options: R3GeneratorOptions): Network {
  const { shape, latentSize, key, classes = 0, widths = [32, 64, 128], blocks = 1, expansion = 2, groups = 1 } = options
  assertImage('r3Generator', shape)
  const config = { kind: 'r3Generator', shape, latentSize, classes, widths, blocks, expansion, groups }
  const sizes = halfSizes('gan.r3Generator', shape, widths.length - 1)
  const stack = { blocks, expansion, groups, depth: blocks * widths.length }
  return generatorOf(config, options, (z) => {
    const first = through(
      z,
      dense({ units: widths.at(-1)!, key: fold(key, 0), name: 'first' }),
      fromBasis({ size: sizes.at(-1)!, key: fold(key, 1), name: 'basis' }),
    )
    const body = widths.reduceRight((h, channels, level) => {
      const resized =
        level === widths.length - 1
          ? h
          : through(
              h,
              convolution({ channels, size: 1, key: fold(key, 10 + level), name: `map_${level}` }),
              upsample({ method: 'bilinear', size: sizes[level]!, name: `up_${level}` }),
            )
      return residualStack(resized, { ...stack, channels, key: fold(key, 100 + level), name: `level_${level}` })
    }, first)
    return through(
      body,
      convolution({ channels: shape[2], size: 1, key: fold(key, 2), activation: 'tanh', name: 'output' }),
    )
  })
}

/**
 * Images to logits `[batch, 1]`: the generator's way back, with means over 2 × 2 pixels between sizes.
 *
 * @throws GenError `shape` for images too small for so many halvings, `value` or `range` for sizes.
 * @see The GAN is dead; long live the GAN! (Huang et al., 2024) https://arxiv.org/abs/2501.05441
 * @example
 * const discriminator = r3Discriminator({ shape: [32, 32, 3], key: key(1) })
 */
export function r3Discriminator(options: R3DiscriminatorOptions): Network {
  const { shape, key, classes = 0, widths = [32, 64, 128], blocks = 1, expansion = 2, groups = 1 } = options
  assertImage('r3Discriminator', shape)
  const config = { kind: 'r3Discriminator', shape, classes, widths, blocks, expansion, groups }
  halfSizes('gan.r3Discriminator', shape, widths.length - 1)
  const stack = { blocks, expansion, groups, depth: blocks * widths.length }
  return discriminatorOf(config, options, (x) => {
    const first = through(x, convolution({ channels: widths[0]!, size: 1, key: fold(key, 0), name: 'first' }))
    const body = widths.reduce((h, channels, level) => {
      const resized =
        level === 0
          ? h
          : through(
              h,
              downsample({ name: `down_${level}` }),
              convolution({ channels, size: 1, key: fold(key, 10 + level), name: `map_${level}` }),
            )
      return residualStack(resized, { ...stack, channels, key: fold(key, 100 + level), name: `level_${level}` })
    }, first)
    return through(body, toBasis({ key: fold(key, 1), name: 'basis' }))
  })
}

interface StackOptions {
  readonly channels: number
  readonly blocks: number
  readonly expansion: number
  readonly groups: number
  /** Blocks in the whole network. */
  readonly depth: number
  readonly key: Key
  readonly name: string
}

function residualStack(x: SymbolicTensor, { channels, blocks, expansion, ...options }: StackOptions): SymbolicTensor {
  const { groups, depth, key, name } = options
  const gain = leakyGain * depth ** -0.25
  const inner = channels * expansion
  let h = x
  for (let i = 0; i < blocks; i++) {
    const k = fold(key, i)
    const at = (part: string) => `${name}_${i}_${part}`
    const branch = through(
      h,
      convolution({ channels: inner, size: 1, activation: 'leakyRelu', gain, key: fold(k, 0), name: at('in') }),
      groupedConvolution({ channels: inner, groups, gain, key: fold(k, 1), name: at('mix') }),
      convolution({ channels, size: 1, gain: 0, key: fold(k, 2), name: at('out') }),
    )
    h = layers.add({ name: at('add') }).apply([h, branch]) as SymbolicTensor
  }
  return h
}
