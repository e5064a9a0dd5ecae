/** Group normalization whose scale and offset come from an embedding. @module */
import type { Key } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { lecun } from '../initializers/initializer.ts'
import { scaleAndOffset } from '../operations/affine.ts'
import { groupNormActivate } from '../operations/group-norm-activate.ts'
import { channelsOf, expectRank } from './expect.ts'
import { checkGroupOptions, type GroupNormalizationOptions, groupedShape } from './group-normalization.ts'

/** Options of {@link adaptiveGroupNormalization}. */
export interface AdaptiveGroupNormalizationOptions extends GroupNormalizationOptions {
  /** Draws the kernel. */
  key: Key
  /** Multiplies the initial kernel; 0 starts as plain group normalization. @default 1 */
  gain?: number
}

type Options = Resolved<AdaptiveGroupNormalizationOptions & LayerOptions>

const where = 'nn.adaptiveGroupNormalization'

const layer = defineLayer({
  where,
  className: 'GenAdaptiveGroupNormalization',
  inputs: [2, 2],
  check: (options: Options) => checkGroupOptions(where, options),
  outputShape: ([x, embedding], { groups }) => {
    expectRank(where, 'embedding', embedding, [2])
    return groupedShape(where, x, groups)
  },
  weights: ([x, embedding], { key, gain }) => {
    const channels = 2 * channelsOf(where, x!)
    return {
      kernel: { shape: [channelsOf(where, embedding!), channels], initializer: lecun({ key, gain }) },
      bias: { shape: [channels] },
    }
  },
  call: ([x, embedding], options, { kernel, bias }) => {
    const [scale, offset] = scaleAndOffset(embedding!, kernel, bias)
    return groupNormActivate(x!, scale, offset, options)
  },
})

/**
 * Group normalization that an embedding steers: inputs `[x, embedding]`, with x `[batch, …, channels]` and the embedding
 * `[batch, size]`; `(s, t) = embedding·kernel + bias`, then `y = activation(normalized(x)·(1 + s) + t)`.
 *
 * Twice differentiable.
 *
 * @throws GenError `shape` where groups do not divide the channels or the embedding is no matrix.
 * @see Diffusion models beat GANs on image synthesis (Dhariwal & Nichol, 2021) https://arxiv.org/abs/2105.05233
 * @example
 * const y = adaptiveGroupNormalization({ key: key(0) }).apply([ones([1, 8, 8, 16]), ones([1, 32])])
 */
export function adaptiveGroupNormalization({
  groups = 8,
  epsilon = 1e-5,
  activation = 'linear',
  gain = 1,
  ...rest
}: AdaptiveGroupNormalizationOptions): layers.Layer {
  return layer({ groups, epsilon, activation, gain, ...rest })
}
