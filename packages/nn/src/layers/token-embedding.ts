/** A trained vector per token and per place. @module */
import { assertInteger, type Key } from '@gen/backend'
import { add, cast, gather } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { lecun } from '../initializers/initializer.ts'
import { sinusoids } from '../initializers/sinusoids.ts'
import { expectRank } from './expect.ts'

/** Options of {@link tokenEmbedding}. */
export interface TokenEmbeddingOptions extends LayerOptions {
  /** How many different tokens there are. */
  tokens: number
  /** Size of a vector. */
  size: number
  /** Draws the vectors. */
  key: Key
  /** Multiplies the initial vectors, whose entries have variance 1. @default 0.5 */
  gain?: number
}

type Options = Resolved<TokenEmbeddingOptions>

const where = 'nn.tokenEmbedding'

const layer = defineLayer({
  where,
  className: 'GenTokenEmbedding',
  check: ({ tokens, size }: Options) => {
    assertInteger(where, 'tokens', tokens, { min: 1 })
    assertInteger(where, 'size', size, { min: 1 })
  },
  outputShape: ([x], { size }) => [...expectRank(where, 'x', x, [2]), size],
  weights: ([x], { tokens, size, key, gain }) => {
    // The initializer divides by the number of rows, but only one of them is ever taken.
    const vectors = { shape: [tokens, size], initializer: lecun({ key, gain: gain * Math.sqrt(tokens) }) }
    return { vectors, places: { shape: [x![1] ?? 1, size], initializer: sinusoids({ gain }) } }
  },
  call: ([x], _, { vectors, places }) => add(gather(vectors, cast(x!, 'int32')), places),
})

/**
 * A trained vector for each token plus one for each place: numbers of tokens `[batch, n]` in 0 … tokens − 1 →
 * `[batch, n, size]`, `y_i = E[x_i] + P[i]`. The places begin as sines and cosines; the length n is part of the layer.
 *
 * @throws GenError `value` or `range` for sizes that are not whole numbers ≥ 1, `shape` for sequences of another length.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @example
 * const y = tokenEmbedding({ tokens: 27, size: 8, key: key(0) }).apply(tensor2d([[0, 26, 3]], [1, 3], 'int32'))
 */
export function tokenEmbedding({ gain = 0.5, ...rest }: TokenEmbeddingOptions): layers.Layer {
  return layer({ gain, ...rest })
}
