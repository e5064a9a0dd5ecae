/** The papers' models: a transformer and a process. @module */
import { fold, type Key, key } from '@gen/backend'
import { tokenTransformer } from './networks/token-transformer.ts'
import { absorbing } from './processes/absorbing.ts'
import { leftToRight } from './processes/left-to-right.ts'
import type { TokenProcess } from './processes/process.ts'
import { type TokenModel, tokens } from './tokens.ts'
import type { Vocabulary } from './vocabularies/vocabulary.ts'

/** Options of all presets. */
export interface TokenPresetOptions {
  /** What the tokens are as text, or how many there are. */
  vocabulary: Vocabulary | number
  /** Tokens in a sequence. */
  length: number
  /** Channels of the transformer. @default 128 */
  width?: number
  /** Blocks of the transformer. @default 4 */
  depth?: number
  /** Heads of each block; must divide the width. @default 4 */
  heads?: number
  /** Places on each side (before, from left to right) that each block mixes ahead of its attention; 0: none, as in the papers. @default 2 */
  window?: number
  /** Draws the weights. @default key(0) */
  key?: Key
}

/**
 * A causal transformer from left to right: the likelihood is exact, and samples follow from one token after the other.
 *
 * @throws GenError `value`, `range`, `shape` or `config` for sizes that make no model.
 * @see Language models are unsupervised multitask learners (Radford et al., 2019) https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf
 * @example
 * const model = gpt({ vocabulary: characters(), length: 32, width: 16, depth: 1, key: key(0) })
 */
export function gpt(options: TokenPresetOptions): TokenModel {
  return made(options, leftToRight())
}

/**
 * Masked diffusion in continuous time, with a transformer that sees both sides and is not told the time.
 *
 * @throws GenError as {@link gpt}.
 * @see Simple and effective masked diffusion language models (Sahoo et al., 2024) https://arxiv.org/abs/2406.07524
 * @example
 * const model = mdlm({ vocabulary: characters(), length: 32, width: 16, depth: 1, key: key(0) })
 */
export function mdlm(options: TokenPresetOptions): TokenModel {
  return made(options, absorbing({ time: 'continuous' }))
}

/**
 * The any-order autoregressive model: as {@link mdlm}, but training draws how many tokens are masked, not with which
 * probability; the same bound, estimated with less noise.
 *
 * @throws GenError as {@link gpt}.
 * @see Autoregressive diffusion models (Hoogeboom et al., 2022) https://arxiv.org/abs/2110.02037
 * @example
 * const model = ardm({ vocabulary: 10, length: 16, width: 16, depth: 1, key: key(0) })
 */
export function ardm(options: TokenPresetOptions): TokenModel {
  return made(options, absorbing({ time: 'counts' }))
}

function made({ vocabulary, key: k = key(0), ...sizes }: TokenPresetOptions, process: TokenProcess): TokenModel {
  const [size, text] = typeof vocabulary === 'number' ? [vocabulary] : [vocabulary.size, vocabulary]
  const network = tokenTransformer({ ...sizes, size, causal: process.causal, key: fold(k, 0) })
  return tokens({ network, process, vocabulary: text })
}
