/** Batches of several datasets, each batch of one of them. @module */
import { assertInteger, assertKey, fold, type Key, permute, refusal } from '@gen/backend'
import type { Batch, Dataset, SyncBatches } from '@gen/model'

/** Options of {@link bucketed}. */
export interface BucketedOptions {
  /** Items in a batch. */
  size: number
  /** Draws the order of the batches, and the items of each. */
  key: Key
}

const where = 'data.bucketed'

/**
 * Batches for training on images of several sizes: a dataset holds those of one size, and each batch is of one dataset. In an epoch every
 * dataset gives as many batches as it has full ones (at least one), in an order drawn anew, so that an image is seen as often whatever its size. For a
 * network that takes any size: `unet` with `anySize`.
 *
 * @throws GenError `value` for no dataset, or datasets of which some have labels; `shape` for other numbers of channels or axes;
 * `value` or `range` for a size that is none.
 * @see NovelAI's aspect ratio bucketing (2022) https://github.com/NovelAI/novelai-aspect-ratio-bucketing
 * @example
 * const [wide, tall] = [[16, 32, 3], [32, 16, 3]].map((shape) => dataset({ size: 9, shape, take: (i) => ({ x: ones([i.length, ...shape]) }) }))
 * const batches = bucketed([wide, tall], { size: 4, key: key(0) })
 */
export function bucketed<B extends Batch>(
  datasets: readonly Dataset<B>[],
  { size, key }: BucketedOptions,
): SyncBatches<B> {
  assertInteger(where, 'size', size, { min: 1, max: 2 ** 31 - 1 })
  assertKey(where, 'key', key)
  assertAlike(datasets)
  const counts = datasets.map((one) => Math.max(1, Math.floor(one.size / size)))
  const total = counts.reduce((sum, count) => sum + count, 0)
  const own = datasets.map((one, i) => one.batches({ size, key: fold(key, i + 1) }))
  return {
    config: { kind: 'bucketed', key, datasets: own.map(({ config }) => config ?? null) },
    at: (index) => {
      assertInteger(where, 'index', index, { min: 0, max: Math.floor(Number.MAX_SAFE_INTEGER / size) - 1 })
      const epoch = Math.floor(index / total)
      // The place among all batches of the epoch says which dataset's turn it is, and which of its batches.
      let place = permute(fold(fold(key, 0), epoch), total, index - epoch * total)
      let bucket = 0
      while (place >= counts[bucket]!) place -= counts[bucket++]!
      return own[bucket]!.at(epoch * counts[bucket]! + place)
    },
  }
}

function assertAlike<B extends Batch>(datasets: readonly Dataset<B>[]): void {
  const [first] = datasets
  if (!first) throw refusal('value', where, { expected: 'at least one dataset', got: 'none' })
  for (const { shape, classes } of datasets) {
    if (shape.length !== first.shape.length || shape.at(-1) !== first.shape.at(-1)) {
      const expected = `items of ${first.shape.length} axes and ${first.shape.at(-1)} channels, as the first dataset has`
      throw refusal('shape', where, { expected, got: `[${shape.join(', ')}]` })
    }
    if (classes !== first.classes) {
      const expected = `${first.classes ?? 'no'} classes, as the first dataset has`
      throw refusal('value', where, { expected, got: classes ?? 'none', remedy: 'pass classes to each' })
    }
  }
}
