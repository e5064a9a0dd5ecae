/** What a training is made of: a model of one or more players. @module */
import type { Key } from '@gen/backend'
import type { Scalar } from '@tensorflow/tfjs-core'
import type { Batch } from './batches.ts'
import type { Parametric } from './network.ts'

/** The losses of one player on one batch: what it descends, and any other scalars worth showing. */
export type Losses = { readonly total: Scalar } & Readonly<Record<string, Scalar>>

/** What looks wrong, by name, in a training that goes on. */
export interface Warning {
  /** Kebab-case, and stable: `posterior-collapse`. */
  readonly name: string
  /** What was expected, what is there, and a remedy. */
  readonly message: string
}

/** One side of the game: who owns variables, and what it wants. A VAE has one player, a GAN two. */
export interface Player<B = Batch> extends Parametric {
  /** Unique within the model; names the player in events, errors and checkpoints. */
  readonly name: string
  /** How many updates it makes in each round (the lecture's k). @default 1 */
  readonly steps?: number
  /**
   * Scalars of one batch; `total` is what the player descends. Called inside a tape and a `tidy`.
   * All randomness comes from `k`.
   */
  loss(batch: B, k: Key): Losses
  /**
   * Called with the first batch of a run, before any work, and with those of a step whose numbers are not finite; throws a
   * `GenError` when a batch cannot be trained on.
   */
  check?(batch: B): void | Promise<void>
  /**
   * What looks wrong, such as a divergence that stays at 0. Asked after every step from a call's 100th on, with running
   * means of the losses over about 100 steps, so that one odd batch does not matter; what it gives stands in step events.
   */
  warnings?(means: Readonly<Record<string, number>>): readonly Warning[]
}

/** A model that `fit` of `@gen/train` can train. */
export interface Trainable<B = Batch> {
  readonly players: readonly Player<B>[]
  /** What the model was made from, as plain JSON; kept in checkpoints, and a resume with another is an error. */
  readonly config?: unknown
}
