/** Multi-head self-attention over positions. @module */
import { assertInteger, attention, fold, groupNorm, type Key } from '@gen/backend'
import { add } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved, type Weight } from '../define-layer.ts'
import { lecun, ones } from '../initializers/initializer.ts'
import { affine } from '../operations/affine.ts'
import { groupsFor } from '../operations/groups-for.ts'
import { joinHeads, splitHeads } from '../operations/heads.ts'
import { channelsOf, commonDivisor, expectDivisible, expectRank } from './expect.ts'

/** Options of {@link selfAttention}. */
export interface SelfAttentionOptions extends LayerOptions {
  /** Draws the kernels. */
  key: Key
  /** Number of heads; must divide the channels. @default 1 */
  heads?: number
  /** Most groups of the normalization, each of at least 4 channels; see `groupsFor`. @default 8 */
  groups?: number
  /** Multiplies the initial kernel of the last map; 0 starts as the identity. @default 1 */
  gain?: number
}

const where = 'nn.selfAttention'

const layer = defineLayer({
  where,
  className: 'GenSelfAttention',
  check: ({ heads, groups }: Resolved<SelfAttentionOptions>) => {
    assertInteger(where, 'heads', heads, { min: 1 })
    assertInteger(where, 'groups', groups, { min: 1 })
  },
  outputShape: ([x], { heads }) => {
    const channels = channelsOf(where, expectRank(where, 'x', x, [3, 4]))
    expectDivisible(where, 'channels', channels, heads, `pass heads: ${commonDivisor(channels, heads)}`)
    return x!
  },
  weights: ([x], { key, gain }) => {
    const c = channelsOf(where, x!)
    const kernel = (i: number, scale = 1): Weight => ({
      shape: [c, c],
      initializer: lecun({ key: fold(key, i), gain: scale }),
    })
    return {
      scale: { shape: [c], initializer: ones() },
      offset: { shape: [c] },
      query: kernel(0),
      queryBias: { shape: [c] },
      // A bias of the keys would change no softmax.
      keys: kernel(1),
      values: kernel(2),
      valuesBias: { shape: [c] },
      output: kernel(3, gain),
      outputBias: { shape: [c] },
    }
  },
  call: ([x], { heads, groups }, weights) => {
    const normalized = groupNorm(x!, weights.scale, weights.offset, { groups: groupsFor(x!.shape.at(-1)!, groups) })
    const q = splitHeads(affine(normalized, weights.query, weights.queryBias), heads)
    const k = splitHeads(affine(normalized, weights.keys), heads)
    const v = splitHeads(affine(normalized, weights.values, weights.valuesBias), heads)
    const attended = joinHeads(attention(q, k, v), x!.shape)
    return add(x!, affine(attended, weights.output, weights.outputBias))
  },
})

/**
 * Multi-head self-attention with a residual path, over the pixels of an image `[batch, h, w, c]` or the positions of a
 * signal `[batch, n, c]`: `y = x + W_o·concat_heads(softmax(q·kᵀ/√d)·v) + b_o`, where q, k and v are linear maps of the
 * group-normalized x and `d = c/heads`.
 *
 * Twice differentiable. Memory grows with the square of the number of positions where the backend has no kernel.
 *
 * @throws GenError `shape` where heads do not divide the channels.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @example
 * const y = selfAttention({ heads: 4, key: key(0) }).apply(ones([1, 8, 8, 16]))
 */
export function selfAttention({ heads = 1, groups = 8, gain = 1, ...rest }: SelfAttentionOptions): layers.Layer {
  return layer({ heads, groups, gain, ...rest })
}
