/** Networks over tokens: one calling convention. @module */
import { assertInteger, type JsonObject, refusal } from '@gen/backend'
import type { Network } from '@gen/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * A network over sequences of n tokens out of V: `apply` takes int32 `[batch, n]` with numbers from 0 to V, where V itself
 * is "none" (a blank, or the start), and gives logits `[batch, n, V]`.
 */
export interface TokenNetwork extends Network {
  /** Whether the logits at place i follow from the tokens up to i alone. */
  readonly causal: boolean
  /** How it was made, as plain JSON. */
  readonly config?: JsonObject
  /** The layers model behind it, where there is one. */
  readonly model?: LayersModel
}

/** The sizes of a network. */
export interface TokenSizes {
  /** Tokens in a sequence, n. */
  readonly length: number
  /** Different tokens, V; the number V itself is "none". */
  readonly size: number
}

/**
 * The sizes that a network says it has.
 *
 * @throws GenError `config` for one that does not take sequences and give logits at each place.
 */
export function sizesOf(where: string, { inputShape, outputShape }: TokenNetwork): TokenSizes {
  const [length = 0] = inputShape
  const [places, size = 0] = outputShape
  if (inputShape.length !== 1 || outputShape.length !== 2 || places !== length) {
    throw refusal('config', where, {
      expected: 'a network from [length] to [length, tokens]',
      got: `[${inputShape.join(', ')}] to [${outputShape.join(', ')}]`,
      remedy: 'take tokenTransformer',
    })
  }
  assertInteger(where, 'length of the network', length, { min: 1 })
  assertInteger(where, 'tokens of the network', size, { min: 1 })
  return { length, size }
}
