/** Transformers over sequences of tokens. @module */
import { assertInteger, fold, type Key } from '@gen/backend'
import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { dense } from '../layers/dense.ts'
import { commonDivisor, expectDivisible } from '../layers/expect.ts'
import { layerNormalization } from '../layers/layer-normalization.ts'
import { tokenEmbedding } from '../layers/token-embedding.ts'
import { transformerBlock } from '../layers/transformer-block.ts'

/** Options of {@link transformer}. */
export interface TransformerOptions {
  /** How many different tokens go in. */
  tokens: number
  /** Tokens in a sequence. */
  length: number
  /** Numbers that come out at each place. */
  outputs: number
  /** Draws the weights. */
  key: Key
  /** Channels. @default 128 */
  width?: number
  /** Blocks. @default 4 */
  depth?: number
  /** Heads of each block's attention; must divide the width. @default 4 */
  heads?: number
  /** Whether place i sees the places up to i alone. @default false */
  causal?: boolean
  /** Places on each side that each block mixes ahead of its attention; see `transformerBlock`. @default 0 */
  window?: number
  /** Name of the model, with which its layers' names begin. @default 'transformer' */
  name?: string
}

/**
 * A transformer over tokens: int32 `[batch, length]` → `[batch, length, outputs]`, by an embedding of token and place, `depth`
 * pre-norm blocks, and a normalized linear map. With `causal` the outputs at place i follow from the tokens up to i alone.
 *
 * @throws GenError `value` or `range` for sizes that are not whole numbers ≥ 1, `shape` where heads do not divide the width.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @see Language models are unsupervised multitask learners (Radford et al., 2019) https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf
 * @example
 * const network = transformer({ tokens: 27, length: 6, outputs: 26, width: 16, depth: 2, causal: true, key: key(0) })
 * const logits = network.predict(zeros([1, 6], 'int32')) // [1, 6, 26]
 */
export function transformer({
  tokens,
  length,
  outputs,
  key,
  width = 128,
  depth = 4,
  heads = 4,
  causal = false,
  window = 0,
  name = 'transformer',
}: TransformerOptions): LayersModel {
  const sizes = { tokens, length, outputs, width, depth, heads }
  for (const [what, value] of Object.entries(sizes)) assertInteger('nn.transformer', what, value, { min: 1 })
  expectDivisible('nn.transformer', 'width', width, heads, `pass heads: ${commonDivisor(width, heads)}`)
  const x = input({ shape: [length], dtype: 'int32', name: `${name}_x` })
  const embedding = tokenEmbedding({ tokens, size: width, key: fold(key, 0), name: `${name}_embedding` })
  // So that the sum over the branches of all blocks starts at the variance of one (Radford et al., section 2.3).
  const common = { heads, causal, window, gain: 1 / Math.sqrt(2 * depth) }
  const blocks = Array.from({ length: depth }, (_, i) =>
    transformerBlock({ ...common, key: fold(key, i + 1), name: `${name}_block_${i}` }),
  )
  const head = [
    layerNormalization({ name: `${name}_norm` }),
    dense({ units: outputs, key: fold(key, depth + 1), gain: firstLogits, name: `${name}_output` }),
  ]
  const y = [embedding, ...blocks, ...head].reduce((h, layer) => layer.apply(h) as SymbolicTensor, x)
  return model({ inputs: x, outputs: y, name })
}

/** Deviation of the first logits: near the uniform answer, yet with a gradient for every weight. */
const firstLogits = 0.1
