/** A block of a transformer: attention, then a perceptron at each place. @module */
import { assertInteger, attention, fold, type Key, silu } from '@gen/backend'
import { add, mul, pad, reshape, slice, type Tensor, type Tensor1D, type Tensor3D } from '@tensorflow/tfjs-core'
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
  /**
   * Places on each side (before, where it is causal) that are mixed channel by channel ahead of the attention; 0 leaves it out.
   * What lies near is then at hand from the first step on. @default 0
   */
  window?: number
  /** Hidden units of the perceptron, as a multiple of the channels. @default 4 */
  expansion?: number
  /** Multiplies the initial kernels that end both branches; 0 starts as the identity. @default 1 */
  gain?: number
}

const where = 'nn.transformerBlock'

const layer = defineLayer({
  where,
  className: 'GenTransformerBlock',
  check: ({ heads, window, expansion }: Resolved<TransformerBlockOptions>) => {
    assertInteger(where, 'heads', heads, { min: 1 })
    assertInteger(where, 'window', window, { min: 0 })
    assertInteger(where, 'expansion', expansion, { min: 1 })
  },
  outputShape: ([x], { heads }) => {
    const channels = channelsOf(where, expectRank(where, 'x', x, [3]))
    expectDivisible(where, 'channels', channels, heads, `pass heads: ${commonDivisor(channels, heads)}`)
    return x!
  },
  weights: ([x], { key, causal, window, expansion, gain }) => {
    const c = channelsOf(where, x!)
    const kernel = (i: number, shape: number[], scale = 1): Weight => ({
      shape,
      initializer: lecun({ key: fold(key, i), gain: scale }),
    })
    const mixing = {
      nearScale: { shape: [c], initializer: ones() },
      nearOffset: { shape: [c] },
      near: kernel(6, [offsetsOf(window, causal).length, c]),
    }
    return {
      ...(window > 0 ? mixing : ({} as typeof mixing)),
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
  call: ([x], { heads, causal, window }, w) => {
    const flat = reshape(window > 0 ? mixNear(x!, w, offsetsOf(window, causal)) : x!, [-1, x!.shape.at(-1)!])
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
 * x, then `y = h + W_2·silu(W_1·norm(h))`. With a `window` x is first `x_i + Σ_o w_o ∘ norm(x)_{i+o}` over the places near, a
 * depthwise convolution. Each place is normalized by itself (layer normalization), so with `causal`
 * nothing of a place reaches those before it.
 *
 * Twice differentiable.
 *
 * @throws GenError `shape` where heads do not divide the channels, `value` or `range` for sizes that are none.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @see Primer: Searching for efficient transformers (So et al., 2021), whose convolutions stand behind q, k and v https://arxiv.org/abs/2109.08668
 * @see On layer normalization in the transformer architecture (Xiong et al., 2020) https://arxiv.org/abs/2002.04745
 * @example
 * const y = transformerBlock({ heads: 2, causal: true, key: key(0) }).apply(ones([1, 5, 8]))
 */
export function transformerBlock({
  heads = 4,
  causal = false,
  window = 0,
  expansion = 4,
  gain = 1,
  ...rest
}: TransformerBlockOptions): layers.Layer {
  return layer({ heads, causal, window, expansion, gain, ...rest })
}

/** Where the places lie that are mixed, as seen from each. */
function offsetsOf(window: number, causal: boolean): number[] {
  return Array.from({ length: (causal ? 1 : 2) * window + 1 }, (_, i) => i - window)
}

function mixNear(
  x: Tensor,
  { near, nearScale, nearOffset }: Readonly<Record<string, Tensor>>,
  offsets: readonly number[],
): Tensor {
  const [batch, places, channels] = x.shape as [number, number, number]
  const [before, behind] = [-offsets[0]!, offsets.at(-1)!]
  const wide = pad(normalizeRows(x, nearScale!, nearOffset!) as Tensor3D, [
    [0, 0],
    [before, behind],
    [0, 0],
  ])
  const parts = offsets.map((offset, i) => {
    const moved = slice(wide, [0, before + offset, 0], [batch, places, channels])
    return mul(moved, reshape(slice(near!, [i, 0], [1, channels]), [channels]) as Tensor1D)
  })
  return parts.reduce((sum, part) => add(sum, part), x)
}
