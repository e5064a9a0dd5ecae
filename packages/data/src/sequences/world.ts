/** Worlds whose next frame has a known distribution: what a model answers can be counted. @module */
import type { Key } from '@gen/backend'
import type { Dataset, SyncBatches } from '@gen/model'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { PairedBatch } from '../sets/paired.ts'
import type { Outcome } from './chain.ts'

/** Something moves over the places of a grid, and sometimes it is left to chance where it goes. */
export interface World {
  /** Shape of a frame: `[side, side, 1]`. */
  readonly shape: readonly [height: number, width: number, channels: number]
  /** Shape of a question: the frames of the past as channels, oldest first. */
  readonly conditionShape: readonly [height: number, width: number, frames: number]
  /** How many states there are; items are labeled by the state that the question shows. */
  readonly states: number
  /** How many different frames there are, one for each place of the grid, row by row. */
  readonly frames: number
  /** How many different things move; which one is said by their numbers, 0 unless told. */
  readonly things: number
  /**
   * The exact distribution of what follows a state.
   *
   * @throws GenError `range` for what is no state.
   */
  next(state: number): readonly Outcome[]
  /**
   * The frames that show a state, oldest first.
   *
   * @throws GenError `range` for what is no state.
   */
  past(state: number): readonly number[]
  /**
   * Draws frames, `[n, side, side, 1]` in [0, 1].
   *
   * @throws GenError `range` for what is no frame or thing.
   */
  draw(frames: readonly number[], things?: readonly number[]): Tensor4D
  /**
   * Draws questions, `[n, side, side, past]` in [0, 1].
   *
   * @throws GenError `range` for what is no state or thing.
   */
  ask(states: readonly number[], things?: readonly number[]): Tensor4D
  /**
   * Names the frame that each image shows: the one that lies within a third of the distance between neighboring frames; an image
   * that shows none, such as the mean of two frames, is 'none'.
   *
   * @throws GenError `shape` for other images, `range` for what is no thing.
   */
  name(images: Tensor4D, things?: readonly number[]): Promise<(number | 'none')[]>
  /** What is in the items of `dataset` and `batches`: item i depends only on (key, offset + i). */
  items(count: number, key: Key, options?: { offset?: number }): WorldItems
  /** Endless batches of fresh items: any state, and what followed it. */
  batches(options: { size: number; key: Key }): SyncBatches<PairedBatch>
  /** A dataset of `count` items. */
  dataset(count: number, key: Key): Dataset<PairedBatch>
}

/** Items by their numbers. */
export interface WorldItems {
  readonly states: readonly number[]
  /** The frame that came next. */
  readonly frames: readonly number[]
  readonly things: readonly number[]
}
