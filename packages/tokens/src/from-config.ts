/** Models of tokens from plain JSON. @module */
import {
  allOrNothing,
  assertKey,
  configFields,
  type Key,
  key,
  parseConfig,
  type Registry,
  registry,
  registryEntry,
} from '@gen/backend'
import * as v from 'valibot'
import type { TokenNetwork } from './networks/network.ts'
import { tokenTransformer } from './networks/token-transformer.ts'
import { absorbing } from './processes/absorbing.ts'
import { leftToRight } from './processes/left-to-right.ts'
import type { TokenProcess } from './processes/process.ts'
import { type TokenModel, tokens } from './tokens.ts'
import { vocabularyFromConfig } from './vocabularies/from-config.ts'
import type { Vocabulary } from './vocabularies/vocabulary.ts'

/** Options of {@link tokensFromConfig}. */
export interface TokensFromConfigOptions {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** The network, where it was one of your own. */
  network?: TokenNetwork
  /** The vocabulary, where it was one of your own. */
  vocabulary?: Vocabulary
}

const where = 'tokens.tokensFromConfig'
const { count, size } = configFields
const whole = v.strictObject({
  kind: v.literal('tokens'),
  network: v.unknown(),
  process: v.unknown(),
  vocabulary: v.nullable(v.unknown()),
})

const processFromConfig: Registry<TokenProcess> = registry(where, 'a process', {
  leftToRight: registryEntry({}, leftToRight),
  absorbing: registryEntry({ time: v.picklist(['continuous', 'counts']) }, absorbing),
})

const networkFromConfig: Registry<TokenNetwork, Key> = registry(where, 'a network', {
  tokenTransformer: registryEntry(
    { size, length: size, width: size, depth: size, heads: size, causal: v.boolean(), window: count },
    (options, k: Key) => tokenTransformer({ ...options, key: k }),
  ),
})

/**
 * Builds a model from its `config`: the same pieces, with weights still to be written into it.
 *
 * @throws GenError `config` for what no model of this package gives as its config, or for a network or vocabulary of your own
 * that is not passed; `value`, `range` or `shape` for numbers that make no model, or one too large. Nothing is left behind.
 * @example
 * const copy = tokensFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function tokensFromConfig(
  config: unknown,
  { key: k = key(0), network, vocabulary }: TokensFromConfigOptions = {},
): TokenModel {
  assertKey(where, 'key', k)
  const parts = parseConfig(where, 'the config of a model of tokens', whole, config)
  const text = vocabulary ?? (parts.vocabulary === null ? undefined : vocabularyFromConfig(parts.vocabulary))
  const process = processFromConfig(parts.process)
  return allOrNothing(() =>
    tokens({ network: network ?? networkFromConfig(parts.network, k), process, vocabulary: text }),
  )
}
