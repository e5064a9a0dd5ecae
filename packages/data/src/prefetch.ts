/** Batches that are prepared while the one before is used. @module */
import { assertInteger } from '@gen/backend'
import type { Batch, Batches } from '@gen/model'
import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'

/** Options of {@link prefetch}. */
export interface PrefetchOptions {
  /** Batches prepared ahead of the one asked for. @default 1 */
  ahead?: number
}

/** Batches with some prepared ahead, which `dispose` lets go. */
export interface PrefetchedBatches<B = Batch> extends Batches<B> {
  at(index: number): Promise<B>
  /** Disposes what was prepared and not asked for. Batches handed out are not touched. */
  dispose(): void
}

/**
 * Wraps batches that take time to get (files, a network, a worker): asking for batch i also starts i + 1 … i + ahead. Each
 * index gives the batch it gives without the wrapper, and no more than `ahead` are held; after a jump, what was prepared for
 * elsewhere is disposed. Where a batch fails, only asking for that batch fails.
 *
 * @param batches Its batches' own tensors are disposed when they are not asked for.
 * @throws GenError `range` or `value` when `ahead` is no natural number.
 * @example
 * const batches = prefetch({ at: async (i) => decode(await fetchShard(i)) }, { ahead: 2 })
 */
export function prefetch<B extends object>(
  batches: Batches<B>,
  { ahead = 1 }: PrefetchOptions = {},
): PrefetchedBatches<B> {
  assertInteger('data.prefetch', 'ahead', ahead, { min: 1 })
  const prepared = new Map<number, Promise<B>>()
  const drop = (index: number): void => {
    const batch = prepared.get(index)
    prepared.delete(index)
    batch?.then(
      (tensors) => dispose(tensors as TensorContainer),
      () => {},
    )
  }
  const prepare = (index: number): void => {
    if (prepared.has(index)) return
    // Later, so that it neither delays the batch asked for nor belongs to the caller's tidy.
    const batch = Promise.resolve().then(() => batches.at(index))
    // Its failure is told to whoever asks for it, and is no unhandled one until then.
    batch.catch(() => {})
    prepared.set(index, batch)
  }
  return {
    ...('config' in batches && { config: batches.config }),
    at: async (index) => {
      const ready = prepared.get(index)
      prepared.delete(index)
      for (const other of [...prepared.keys()]) if (other < index || other > index + ahead) drop(other)
      const batch = ready ?? batches.at(index)
      for (let next = index + 1; next <= index + ahead; next++) prepare(next)
      return batch
    },
    dispose: () => {
      for (const index of [...prepared.keys()]) drop(index)
    },
  }
}
