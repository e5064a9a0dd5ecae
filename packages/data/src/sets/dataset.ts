/** Datasets from a function that gives items by number. @module */
import { assertInteger, assertNumber, type Key, permutation, refusal } from '@gen/backend'
import type { Batch, Dataset } from '@gen/model'
import { batchesOf } from '../batches.ts'

/** What {@link dataset} makes a dataset from. */
export interface DatasetSource<B extends Batch = Batch> {
  /** Number of items, at least 1. */
  size: number
  /** Shape of one item. */
  shape: readonly number[]
  /** Number of classes, when `take` gives labels. */
  classes?: number
  /** Gives the items with these numbers; they are checked already. */
  take(indices: ArrayLike<number>): B
}

/**
 * Makes a dataset from a function that gives items by number.
 *
 * @throws GenError `range` or `value` for a size that is no natural number; its functions throw `range` or `value` for item
 * numbers, batch sizes and fractions that are none.
 * @example
 * const squares = dataset({ size: 100, shape: [1], take: (i) => ({ x: tensor2d(Array.from(i, (n) => [n * n])) }) })
 */
export function dataset<B extends Batch = Batch>({ size, shape, classes, take }: DatasetSource<B>): Dataset<B> {
  assertInteger('data.dataset', 'size', size, { min: 1, max: 2 ** 31 - 1 })
  const own: Dataset<B> = {
    size,
    shape: [...shape],
    ...(classes !== undefined && { classes }),
    batches: (options) => batchesOf({ count: size, shape: own.shape }, take, options),
    take: (indices) => {
      assertIndices(indices, size)
      return take(indices)
    },
    split: (fraction, key) => splitOf(own, fraction, key),
  }
  return own
}

function splitOf<B extends Batch>(whole: Dataset<B>, fraction: number, key: Key): [Dataset<B>, Dataset<B>] {
  const where = 'data.split'
  assertNumber(where, 'fraction', fraction, { min: 0, max: 1 })
  const count = Math.round(fraction * whole.size)
  if (count === 0 || count === whole.size) {
    const got = `${count} and ${whole.size - count} of ${whole.size}`
    throw refusal('range', where, {
      expected: 'a fraction that leaves items on both sides',
      got,
      remedy: 'pass another',
    })
  }
  const order = permutation(key, whole.size)
  return [subset(whole, order.slice(0, count)), subset(whole, order.slice(count))]
}

function subset<B extends Batch>({ shape, classes, take }: Dataset<B>, chosen: Int32Array): Dataset<B> {
  return dataset({
    size: chosen.length,
    shape,
    ...(classes !== undefined && { classes }),
    take: (indices) => take(Int32Array.from(indices, (i) => chosen[i] as number)),
  })
}

function assertIndices(indices: ArrayLike<number>, size: number): void {
  if (indices.length === 0) throw refusal('range', 'data.take', { expected: 'at least one item number', got: 'none' })
  for (let i = 0; i < indices.length; i++) {
    assertInteger('data.take', `indices[${i}]`, indices[i] as number, { min: 0, max: size - 1 })
  }
}
