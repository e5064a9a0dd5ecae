/** The transformer that predicts tokens. @module */
import { type Key, key } from '@gen/backend'
import { adaptNetwork, transformer } from '@gen/nn'
import type { TokenNetwork } from './network.ts'

/** Options of {@link tokenTransformer}. */
export interface TokenTransformerOptions {
  /** How many different tokens there are, V. */
  size: number
  /** Tokens in a sequence. */
  length: number
  /** Channels. @default 128 */
  width?: number
  /** Blocks. @default 4 */
  depth?: number
  /** Heads of each block's attention; must divide the width. @default 4 */
  heads?: number
  /** Whether a place sees those up to its own alone: true for `leftToRight`, false for `absorbing`. @default false */
  causal?: boolean
  /** Places on each side (before, where causal) that each block mixes ahead of its attention; 0: none. @default 2 */
  window?: number
  /** Draws the weights. @default key(0) */
  key?: Key
}

/**
 * A transformer that takes tokens 0 … size, of which the last is "none", and gives the logits of the others at each place.
 *
 * @throws GenError `value`, `range` or `shape` for sizes that make none.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @example
 * const network = tokenTransformer({ size: 26, length: 6, width: 16, depth: 1 })
 * const logits = network.apply(zeros([1, 6], 'int32')) // [1, 6, 26]
 */
export function tokenTransformer({
  size,
  length,
  width = 128,
  depth = 4,
  heads = 4,
  causal = false,
  window = 2,
  key: k = key(0),
}: TokenTransformerOptions): TokenNetwork {
  const sizes = { length, width, depth, heads, causal, window }
  const model = transformer({ ...sizes, tokens: size + 1, outputs: size, key: k })
  const { apply, inputShape, outputShape, ...adapted } = adaptNetwork('tokens', model)
  // Asked for once: a layers model does not name its weights any more after they are freed.
  const variables = adapted.variables()
  const config = { kind: 'tokenTransformer', size, ...sizes }
  return { inputShape, outputShape, causal, config, variables: () => variables, apply, model }
}
