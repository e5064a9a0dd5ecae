/** A block of a transformer: attention, then a perceptron at each place. @module */
import { assertInteger, attention, fold, type Key, silu } from '@gen/backend'
import { add, reshape, type Tensor } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved, type Weight } from '../define-layer.ts'
import { lecun, ones } from '../initializers/initializer.ts'
import { affine } from '../operations/affine.ts'
import { joinHeads, splitHeads } from '../operations/heads.ts'
import { normalizeRows } from '../operations/normalize-rows.ts'
import { channelsOf, commonDivisor, expectDivisible, expectRank } from './expect.ts'

/** Options of {@link transformerBlock}. */
export interface TransformerBlockOptions extends LayerOptions {
  /** Draws the kernels. */
  key: Key
  /** Number of heads; must divide the channels. @default 4 */
  heads?: number
  /** Whether place i sees the places up to i alone. @default false */
  causal?: boolean
  /** Hidden units of the perceptron, as a multiple of the channels. @default 4 */
  expansion?: number
  /** Multiplies the initial kernels that end both branches; 0 starts as the identity. @default 1 */
  gain?: number
}

const where = 'nn.transformerBlock'

const layer = defineLayer({
  where,
  className: 'GenTransformerBlock',
  check: ({ heads, expansion }: Resolved<TransformerBlockOptions>) => {
    assertInteger(where, 'heads', heads, { min: 1 })
    assertInteger(where, 'expansion', expansion, { min: 1 })
  },
  outputShape: ([x], { heads }) => {
    const channels = channelsOf(where, expectRank(where, 'x', x, [3]))
    expectDivisible(where, 'channels', channels, heads, `pass heads: ${commonDivisor(channels, heads)}`)
    return x!
  },
  weights: ([x], { key, expansion, gain }) => {
    const c = channelsOf(where, x!)
    const kernel = (i: number, shape: number[], scale = 1): Weight => ({
      shape,
      initializer: lecun({ key: fold(key, i), gain: scale }),
    })
    return {
      attentionScale: { shape: [c], initializer: ones() },
      attentionOffset: { shape: [c] },
      query: kernel(0, [c, c]),
      queryBias: { shape: [c] },
      // A bias of the keys would change no softmax.
      keys: kernel(1, [c, c]),
      values: kernel(2, [c, c]),
      valuesBias: { shape: [c] },
      attended: kernel(3, [c, c], gain),
      attendedBias: { shape: [c] },
      hiddenScale: { shape: [c], initializer: ones() },
      hiddenOffset: { shape: [c] },
      hidden: kernel(4, [c, expansion * c]),
      hiddenBias: { shape: [expansion * c] },
      output: kernel(5, [expansion * c, c], gain),
      outputBias: { shape: [c] },
    }
  },
  call: ([x], { heads, causal }, w) => {
    const flat = reshape(x!, [-1, x!.shape.at(-1)!])
    const seen = normalizeRows(flat, w.attentionScale, w.attentionOffset)
    const perHead = (kernel: Tensor, bias?: Tensor) => splitHeads(reshape(affine(seen, kernel, bias), x!.shape), heads)
    const mixed = attention(perHead(w.query, w.queryBias), perHead(w.keys), perHead(w.values, w.valuesBias), { causal })
    const attended = add(flat, affine(joinHeads(mixed, flat.shape), w.attended, w.attendedBias))
    const hidden = silu(affine(normalizeRows(attended, w.hiddenScale, w.hiddenOffset), w.hidden, w.hiddenBias))
    return reshape(add(attended, affine(hidden, w.output, w.outputBias)), x!.shape)
  },
})

/**
 * A pre-norm transformer block over the places of `[batch, n, c]`: `h = x + W_o·heads(softmax(q·kᵀ/√d)·v)` of the normalized
 * x, then `y = h + W_2·silu(W_1·norm(h))`. Each place is normalized by itself (layer normalization), so with `causal`
 * nothing of a place reaches those before it.
 *
 * Twice differentiable.
 *
 * @throws GenError `shape` where heads do not divide the channels, `value` or `range` for sizes that are none.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @see On layer normalization in the transformer architecture (Xiong et al., 2020) https://arxiv.org/abs/2002.04745
 * @example
 * const y = transformerBlock({ heads: 2, causal: true, key: key(0) }).apply(ones([1, 5, 8]))
 */
export function transformerBlock({
  heads = 4,
  causal = false,
  expansion = 4,
  gain = 1,
  ...rest
}: TransformerBlockOptions): layers.Layer {
  return layer({ heads, causal, expansion, gain, ...rest })
}
