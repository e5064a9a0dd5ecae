/** Multi-head attention of positions over another sequence. @module */
import { assertInteger, attention, fold, groupNorm, type Key } from '@gen/backend'
import { add } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved, type Weight } from '../define-layer.ts'
import { lecun, ones } from '../initializers/initializer.ts'
import { affine } from '../operations/affine.ts'
import { groupsFor } from '../operations/groups-for.ts'
import { joinHeads, splitHeads } from '../operations/heads.ts'
import { channelsOf, commonDivisor, expectDivisible, expectRank } from './expect.ts'

/** Options of {@link crossAttention}. */
export interface CrossAttentionOptions extends LayerOptions {
  /** Draws the kernels. */
  key: Key
  /** Number of heads; must divide the channels. @default 1 */
  heads?: number
  /** Most groups of the normalization of x, each of at least 4 channels; see `groupsFor`. @default 8 */
  groups?: number
  /** Multiplies the initial kernel of the last map; 0 starts as the identity. @default 1 */
  gain?: number
}

const where = 'nn.crossAttention'

const layer = defineLayer({
  where,
  className: 'GenCrossAttention',
  inputs: [2, 2],
  check: ({ heads, groups }: Resolved<CrossAttentionOptions>) => {
    assertInteger(where, 'heads', heads, { min: 1 })
    assertInteger(where, 'groups', groups, { min: 1 })
  },
  outputShape: ([x, context], { heads }) => {
    const channels = channelsOf(where, expectRank(where, 'x', x, [3, 4]))
    expectDivisible(where, 'channels', channels, heads, `pass heads: ${commonDivisor(channels, heads)}`)
    expectRank(where, 'context', context, [3])
    return x!
  },
  weights: ([x, context], { key, gain }) => {
    const [c, told] = [channelsOf(where, x!), channelsOf(where, context!)]
    const kernel = (i: number, inputs: number, scale = 1): Weight => ({
      shape: [inputs, c],
      initializer: lecun({ key: fold(key, i), gain: scale }),
    })
    return {
      scale: { shape: [c], initializer: ones() },
      offset: { shape: [c] },
      query: kernel(0, c),
      queryBias: { shape: [c] },
      // A bias of the keys would change no softmax.
      keys: kernel(1, told),
      values: kernel(2, told),
      valuesBias: { shape: [c] },
      output: kernel(3, c, gain),
      outputBias: { shape: [c] },
    }
  },
  call: ([x, context], { heads, groups }, weights) => {
    const normalized = groupNorm(x!, weights.scale, weights.offset, { groups: groupsFor(x!.shape.at(-1)!, groups) })
    const q = splitHeads(affine(normalized, weights.query, weights.queryBias), heads)
    const k = splitHeads(affine(context!, weights.keys), heads)
    const v = splitHeads(affine(context!, weights.values, weights.valuesBias), heads)
    const attended = joinHeads(attention(q, k, v), x!.shape)
    return add(x!, affine(attended, weights.output, weights.outputBias))
  },
})

/**
 * Inputs `[x, context]`: the pixels of an image `[batch, h, w, c]` or the positions of a signal `[batch, n, c]` attend to a
 * sequence of vectors `[batch, m, d]`, with a residual path: `y = x + W_o·concat_heads(softmax(q·kᵀ/√(c/heads))·v) + b_o`, where q
 * is a linear map of the group-normalized x, k and v are linear maps of the context. The order of the vectors does not matter.
 *
 * @throws GenError `shape` where heads do not divide the channels, or the context is no sequence.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @see High-resolution image synthesis with latent diffusion models (Rombach et al., 2022) https://arxiv.org/abs/2112.10752
 * @example
 * const y = crossAttention({ heads: 4, key: key(0) }).apply([ones([1, 8, 8, 16]), ones([1, 3, 5])])
 */
export function crossAttention({ heads = 1, groups = 8, gain = 1, ...rest }: CrossAttentionOptions): layers.Layer {
  return layer({ heads, groups, gain, ...rest })
}
