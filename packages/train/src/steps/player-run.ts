/** A player in training, and where in the run it stands. @module */
import type { Key } from '@gen/backend'
import type { Player } from '@gen/model'
import type { Variable } from '@tensorflow/tfjs-core'
import type { Optimizer, Slots } from '../optimizers/optimizer.ts'

/** A player with all that an update needs and changes. */
export interface PlayerRun<B> {
  readonly player: Player<B>
  readonly variables: Variable[]
  readonly state: Variable[]
  /** Made anew when the run's number of steps changes. */
  optimizer: Optimizer
  slots: Slots
  /** Updates made so far, also across resumes. */
  updates: number
  /** Whether the player has seen its first batch. */
  checked: boolean
}

/** Where in the run this update stands. */
export interface UpdatePlace {
  /** Rounds done before this one. */
  readonly round: number
  /** Number of this update of this player, from 1. */
  readonly update: number
  /** Index of the first batch it takes. */
  readonly index: number
  /** Key of its first batch's losses, and of the following ones. */
  key(micro: number): Key
  /** Step of the last checkpoint, to name when something goes wrong. */
  readonly lastCheckpoint: number | undefined
}
