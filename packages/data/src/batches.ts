/** Batches of a dataset, shuffled by a key. @module */
import { assertInteger, assertKey, fold, type Key, permute } from '@gen/backend'
import type { Batch, BatchesOptions, SyncBatches } from '@gen/model'

/**
 * The items of batch `index` are those at positions `index·size … index·size + size − 1` of the epochs laid end to end;
 * position p is item `permute(fold(key, epoch), count, p mod count)` of epoch `⌊p / count⌋`.
 */
export function batchesOf<B extends Batch>(
  { count, shape }: { readonly count: number; readonly shape: readonly number[] },
  take: (indices: ArrayLike<number>) => B,
  { size, key }: BatchesOptions,
): SyncBatches<B> {
  assertInteger('data.batches', 'size', size, { min: 1, max: 2 ** 31 - 1 })
  if (key !== undefined) assertKey('data.batches', 'key', key)
  return {
    config: { items: count, shape, size, key: key ?? null },
    at: (index) => {
      assertInteger('data.batches', 'index', index, { min: 0, max: Math.floor(Number.MAX_SAFE_INTEGER / size) - 1 })
      return take(Int32Array.from({ length: size }, (_, i) => itemAt(index * size + i, count, key)))
    },
  }
}

function itemAt(position: number, count: number, key: Key | undefined): number {
  const epoch = Math.floor(position / count)
  const place = position - epoch * count
  return key ? permute(fold(key, epoch), count, place) : place
}
