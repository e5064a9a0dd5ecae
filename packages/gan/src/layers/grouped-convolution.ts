/** Convolution in groups of channels. @module */
import { assertInteger, type Key, refusal } from '@gen/backend'
import { defineLayer, type LayerOptions, lecun } from '@gen/nn'
import { add, concat, conv2d, leakyRelu, split, type Tensor4D } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

/** Options of {@link groupedConvolution}. */
export interface GroupedConvolutionOptions extends LayerOptions {
  /** Channels of the output. */
  channels: number
  /** Groups, each of which sees its own channels only. */
  groups: number
  /** Draws the kernel. */
  key: Key
  /** Size of the window. @default 3 */
  size?: number
  /** Multiplies the initial kernel, which has variance 1/(size² · in/groups). @default 1 */
  gain?: number
}

type Options = Required<Omit<GroupedConvolutionOptions, keyof LayerOptions>>

const where = 'gan.groupedConvolution'

const layer = defineLayer({
  where,
  className: 'GenGroupedConvolution',
  check: ({ channels, groups, size }: Options) => {
    for (const [name, value] of Object.entries({ channels, groups, size }))
      assertInteger(where, name, value, { min: 1 })
  },
  outputShape: ([x], { channels, groups }) => {
    if (x?.length === 4 && x[3]! % groups === 0 && channels % groups === 0) return [...x.slice(0, 3), channels]
    const got = `[${x?.join(', ')}] to ${channels}`
    throw refusal('shape', where, {
      expected: `images whose channels divide by ${groups}`,
      got,
      details: { x, channels, groups },
    })
  },
  weights: ([x], { channels, groups, key, size, gain }) => ({
    kernel: { shape: [size, size, x![3]! / groups, channels], initializer: lecun({ key, gain }) },
    bias: { shape: [channels] },
  }),
  call: ([x], { groups }, { kernel, bias }) => {
    const kernels = channelGroups(kernel as Tensor4D, groups)
    const parts = channelGroups(x as Tensor4D, groups).map((part, i) => conv2d(part, kernels[i]!, 1, 'same'))
    return leakyRelu(add(groups === 1 ? parts[0]! : concat(parts, 3), bias), 0.2)
  },
})

/**
 * Convolution whose output channels see one group of the input channels each, then a leaky ReLU of slope 0.2:
 * `[batch, h, w, c]` → `[batch, h, w, channels]`. Twice differentiable.
 *
 * @throws GenError `value` or `range` for sizes, `shape` for channels that groups do not divide.
 * @see Aggregated residual transformations for deep neural networks (Xie et al., 2016) https://arxiv.org/abs/1611.05431
 */
export function groupedConvolution({ size = 3, gain = 1, ...rest }: GroupedConvolutionOptions): layers.Layer {
  return layer({ size, gain, ...rest })
}

function channelGroups(x: Tensor4D, groups: number): Tensor4D[] {
  return groups === 1 ? [x] : split(x, groups, 3)
}
