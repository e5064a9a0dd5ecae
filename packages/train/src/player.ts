/** What `fit` trains: a model of one or more players, and batches. @module */
import type { Key } from '@gen/backend'
import type { Scalar, Variable } from '@tensorflow/tfjs-core'
import type { Warning } from './progress/events.ts'

/** The losses of one player on one batch: what it descends, and any other scalars worth showing. */
export type Losses = { readonly total: Scalar } & Readonly<Record<string, Scalar>>

/** One side of the game: who owns variables, and what it wants. A VAE has one player, a GAN two. */
export interface Player<B> {
  /** Unique within the model; names the player in events, errors and checkpoints. */
  readonly name: string
  /** How many updates it makes in each round (the lecture's k). @default 1 */
  readonly steps?: number
  /** The variables it updates, always the same ones in the same order: their places are their names in a checkpoint. */
  variables(): Variable[]
  /**
   * Scalars of one batch; `total` is what the player descends. Called inside a tape and a `tidy`.
   * All randomness comes from `k`.
   */
  loss(batch: B, k: Key): Losses
  /** Variables that a forward pass changes and no gradient does, such as moving means. */
  state?(): Variable[]
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

/** A model that `fit` can train. */
export interface Trainable<B> {
  readonly players: readonly Player<B>[]
  /** What the model was made from, as plain JSON; kept in checkpoints, and a resume with another is an error. */
  readonly config?: unknown
}

/** Batches as a pure function of the index, so that a resumed run needs no iterator state. */
export interface Batches<B> {
  /** The batch of this index; whoever calls owns its tensors. */
  at(index: number): B | Promise<B>
  /** What they are drawn from, as plain JSON; kept in checkpoints, and a resume with another is an error. */
  readonly config?: unknown
}
