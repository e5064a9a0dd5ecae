/** A model of sequences of tokens: a network and a process, that trains, samples and tells likelihoods. @module */
import { assertInteger, assertKey, type JsonObject, key, refusal } from '@gen/backend'
import type { GenerativeModel, ModelConfig, Player } from '@gen/model'
import { dispose, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, tidy } from '@tensorflow/tfjs-core'
import { sizesOf, type TokenNetwork } from './networks/network.ts'
import { assertSequences, checkTokens, tokenPlayer } from './player.ts'
import type { TokenLogProbOptions, TokenProcess } from './processes/process.ts'
import { sampleTokens, type TokenSampleOptions } from './sample.ts'
import type { Vocabulary } from './vocabularies/vocabulary.ts'

/** Options of {@link tokens}. */
export interface TokensOptions {
  /** Predicts tokens; see `tokenTransformer`. */
  network: TokenNetwork
  /** The order in which tokens come: `leftToRight()`, `absorbing()`. */
  process: TokenProcess
  /** What the tokens are as text; a model of other sequences needs none. */
  vocabulary?: Vocabulary | undefined
}

/** A model's pieces as plain JSON; `tokensFromConfig` makes it again. */
export interface TokensConfig extends ModelConfig {
  readonly kind: 'tokens'
  readonly network: JsonObject
  readonly process: JsonObject
  readonly vocabulary: JsonObject | null
}

/** A model of sequences of tokens. */
export interface TokenModel extends GenerativeModel {
  /** `[length]` */
  readonly shape: readonly [length: number]
  /** How many different tokens there are. */
  readonly size: number
  readonly config: TokensConfig
  /** What predicts. */
  readonly network: TokenNetwork
  readonly process: TokenProcess
  readonly vocabulary?: Vocabulary
  readonly players: readonly [Player]
  /**
   * Samples int32 `[count, length]`. Row i depends only on (key, i).
   *
   * @throws GenError `value` or `range` for numbers that are none, `shape`, `range` or `config` for what is given and cannot
   * be, `config` for labels or steps, `aborted` by the signal.
   */
  sample(options: TokenSampleOptions): Promise<Tensor2D>
  /**
   * Nats of each sequence int32 `[batch, length]`, `[batch]`: log p(x) from left to right, a bound below it (the mean over
   * `draws` masks) for masked diffusion.
   *
   * @throws GenError `shape`, `value` or `range` for other sequences.
   */
  logProb(x: Tensor, options?: TokenLogProbOptions): Promise<Tensor1D>
  /**
   * Logits `[batch, length, size]` of the blanks (the number `size`) in canvases int32 `[batch, length]`.
   *
   * @throws GenError `shape` or `value` for other canvases.
   */
  predict(canvas: Tensor2D): Tensor3D
}

const where = 'tokens.tokens'

/**
 * Makes a model of sequences of a fixed length.
 *
 * @throws GenError `config` for a network that does not fit the process or the vocabulary.
 * @example
 * const vocabulary = characters({ alphabet: 'ab' })
 * const network = tokenTransformer({ size: 2, length: 4, width: 8, depth: 1, key: key(0) })
 * const model = tokens({ network, process: absorbing(), vocabulary })
 * const strings = await model.sample({ count: 3, given: [0, null, null, 1], key: key(1) }) // each begins with a, ends with b
 */
export function tokens({ network, process, vocabulary }: TokensOptions): TokenModel {
  const { length, size } = sizesOf(where, network)
  assertFits(network, process, vocabulary)
  const model = { network, process, length, size }
  return {
    shape: [length],
    size,
    network,
    process,
    ...(vocabulary && { vocabulary }),
    config: {
      kind: 'tokens',
      network: network.config ?? { kind: 'custom' },
      process: process.config,
      vocabulary: vocabulary ? (vocabulary.config ?? { kind: 'custom' }) : null,
    },
    players: [tokenPlayer(network, process)],
    variables: () => network.variables(),
    dispose: () => dispose([...network.variables(), ...(network.state?.() ?? [])]),
    sample: (options) => sampleTokens(model, options),
    logProb: async (x, { key: k = key(0), draws = 32 } = {}) => {
      assertKey('tokens.logProb', 'key', k)
      assertInteger('tokens.logProb', 'draws', draws, { min: 1 })
      await checkTokens('tokens.logProb', 'x', x, model)
      return tidy(() => process.logProb(network, x as Tensor2D, { key: k, draws }))
    },
    predict: (canvas) => {
      assertSequences('tokens.predict', 'canvas', canvas, model)
      return tidy(() => process.predict(network, canvas))
    },
  }
}

function assertFits(network: TokenNetwork, process: TokenProcess, vocabulary: Vocabulary | undefined): void {
  const { size } = sizesOf(where, network)
  if (network.causal !== process.causal) {
    throw refusal('config', where, {
      expected: process.causal
        ? `a causal network, for ${process.kind} must not see what comes`
        : `a network that is not causal, for ${process.kind} sees both sides`,
      got: network.causal ? 'a causal one' : 'one that sees all places',
      remedy: `make it with causal: ${process.causal}`,
    })
  }
  if (vocabulary === undefined || vocabulary.size === size) return
  throw refusal('config', where, {
    expected: `a network of the ${vocabulary.size} tokens of the vocabulary`,
    got: size,
    remedy: 'make it with size: vocabulary.size',
  })
}
