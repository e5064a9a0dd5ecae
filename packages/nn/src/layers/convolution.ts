/** Convolution of images and signals, with spectral normalization if wanted. @module */
import { assertInteger, type Key } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { lecun } from '../initializers/initializer.ts'
import { type Activation, activate, activations } from '../operations/activate.ts'
import { convolve } from '../operations/convolve.ts'
import { channelsOf, expectOneOf, expectRank } from './expect.ts'
import { spectralKey } from './spectral-key.ts'

/** Options of {@link convolution}. */
export interface ConvolutionOptions extends LayerOptions {
  /** Channels of the output. */
  channels: number
  /** Draws the kernel. */
  key: Key
  /** Size of the window along each axis. @default 3 */
  size?: number
  /** Positions that the window moves on; n positions become ⌈n/stride⌉. @default 1 */
  stride?: number
  /** Applied to the result. @default 'linear' */
  activation?: Activation
  /** Multiplies the initial kernel, which has variance 1/(size² · in). @default 1 */
  gain?: number
  /** Divides the kernel by its largest singular value. @default false */
  spectral?: boolean
}

const where = 'nn.convolution'

const layer = defineLayer({
  where,
  className: 'GenConvolution',
  check: ({ channels, size, stride, activation }: Resolved<ConvolutionOptions>) => {
    assertInteger(where, 'channels', channels, { min: 1 })
    assertInteger(where, 'size', size, { min: 1 })
    assertInteger(where, 'stride', stride, { min: 1 })
    expectOneOf(where, 'activation', activation, activations)
  },
  outputShape: ([x], { channels, stride }) => {
    const [batch, ...positions] = expectRank(where, 'x', x, [3, 4]).slice(0, -1)
    return [batch!, ...positions.map((n) => (n === null ? null : Math.ceil(n / stride))), channels]
  },
  weights: ([x], { channels, size, key, gain, spectral }) => ({
    kernel: {
      shape: kernelShape(x!.length, size, channelsOf(where, x!), channels),
      initializer: lecun({ key, gain }),
      spectralKey: spectralKey(key, spectral),
    },
    bias: { shape: [channels] },
  }),
  call: ([x], { stride, activation }, { kernel, bias }) => activate(convolve(x!, kernel, bias, stride), activation),
})

/**
 * Convolution with zeros around the edges: images `[batch, h, w, in]` → `[batch, ⌈h/s⌉, ⌈w/s⌉, channels]`, signals
 * `[batch, n, in]` → `[batch, ⌈n/s⌉, channels]`, for stride s.
 *
 * Twice differentiable. With `spectral` the kernel, as a matrix `[size²·in, channels]`, is divided by its largest
 * singular value, see `spectralNormalize`.
 *
 * @throws GenError `value` or `range` for sizes, `config` for an unknown activation, `shape` for other than 3 or 4 axes.
 * @example
 * const y = convolution({ channels: 8, stride: 2, key: key(0) }).apply(ones([1, 28, 28, 1]))
 */
export function convolution({
  size = 3,
  stride = 1,
  activation = 'linear',
  gain = 1,
  spectral = false,
  ...rest
}: ConvolutionOptions): layers.Layer {
  return layer({ size, stride, activation, gain, spectral, ...rest })
}

/** The shape of a kernel for inputs of a rank: `[size, in, out]` for signals, `[size, size, in, out]` for images. */
export function kernelShape(rank: number, size: number, channelsIn: number, channelsOut: number): number[] {
  return [...Array<number>(rank - 2).fill(size), channelsIn, channelsOut]
}
