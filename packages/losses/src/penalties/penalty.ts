/** Penalties on a discriminator's gradient. @module */
import { assertKey, type JsonObject, type Key } from '@gen/backend'
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core'

/** A discriminator, or critic: samples `[batch, …]` to logits `[batch]`. */
export type Critic = (x: Tensor) => Tensor1D

/** What a penalty may look at: data, and the generator's samples, both `[batch, …]`. */
export interface AdversarialBatch {
  readonly real: Tensor
  readonly fake: Tensor
}

/**
 * A term that is added to the discriminator's loss: already weighted, a mean over the batch, and differentiable in the
 * critic's variables. No gradient goes through the batch.
 */
export interface Penalty {
  readonly name: string
  /** How it was made, as plain JSON. */
  readonly config: JsonObject
  (critic: Critic, batch: AdversarialBatch, k: Key): Scalar
}

/** Makes a function a penalty. */
export function definePenalty(
  name: string,
  options: JsonObject,
  compute: (critic: Critic, batch: AdversarialBatch, k: Key) => Scalar,
): Penalty {
  const penalty = (critic: Critic, batch: AdversarialBatch, k: Key) => {
    assertKey(`losses.${name}`, 'k', k)
    return compute(critic, batch, k)
  }
  // A function's own name is not writable, but it is configurable.
  Object.defineProperty(penalty, 'name', { value: name })
  return Object.assign(penalty, { config: { kind: name, ...options } })
}
