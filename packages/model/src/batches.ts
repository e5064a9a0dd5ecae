/** What data are to a training: batches, and sets of items that give them. @module */
import type { Key } from '@gen/backend'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'

/** Some items. Whoever asked for it owns the tensors. */
export interface Batch {
  /** float32 `[b, …]`: images `[b, h, w, c]` in [0, 1], points as they are; int32 `[b, n]` for sequences of tokens. */
  readonly x: Tensor
  /** int32 `[b]`, when the items have classes. */
  readonly labels?: Tensor1D
  /** What a model is told of each item beside its class, when there is a question to which x is an answer. */
  readonly condition?: { readonly context: Tensor }
}

/** An endless series of batches: a pure function of the index, so that resuming needs no state. */
export interface Batches<B = Batch> {
  /** Batch number `index`, from 0. The caller owns its tensors. */
  at(index: number): B | Promise<B>
  /** What they are drawn from and how, as plain JSON: `fit` keeps it in checkpoints and refuses to go on with another. */
  readonly config?: unknown
}

/** Batches that are at hand without waiting. */
export interface SyncBatches<B = Batch> extends Batches<B> {
  /** Batch number `index`, from 0. The caller owns its tensors. */
  at(index: number): B
}

/** Items that can be taken by number: what needs no order of its own asks for no more than this. */
export interface Items<B = Batch> {
  /** Number of items. */
  readonly size: number
  /** The items with these numbers, in this order; a number may repeat. */
  take(indices: ArrayLike<number>): B
}

/** A finite set of items, all of one shape. */
export interface Dataset<B = Batch> extends Items<B> {
  /** Shape of one item: `[h, w, c]` of an image, `[2]` of a point. */
  readonly shape: number[]
  /** Number of classes, when the items are labeled. */
  readonly classes?: number
  /**
   * Batches in an order drawn from `key`, a new one each epoch; without a key in the order of the items.
   *
   * Epochs follow each other without a gap: every epoch visits each item exactly once and nothing is dropped, so a batch
   * may hold the end of one epoch and the start of the next, and every batch is full.
   */
  batches(options: BatchesOptions): SyncBatches<B>
  /** Two datasets without common items, the first with `round(fraction · size)` of them, drawn by `key`. */
  split(fraction: number, key: Key): [Dataset<B>, Dataset<B>]
}

/** Options of `Dataset.batches`. */
export interface BatchesOptions {
  /** Items in a batch; may exceed the number of items. */
  size: number
  /** Draws the order of each epoch. @default the order of the items */
  key?: Key
}
