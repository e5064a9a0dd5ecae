/** The codes of data: to fit a distribution to them, or to train a second model on them. @module */
import { assertInteger, assertKey, fold, inBatches, type Key } from '@gen/backend'
import type { Batch, Batches, Items } from '@gen/model'
import { dispose, type Tensor2D } from '@tensorflow/tfjs-core'
import type { Vae } from '../vae.ts'

/** Options of {@link encodeData}. */
export interface EncodeDataOptions {
  /** How many items, from the first on. @default all */
  count?: number
  /** Items encoded at once. @default 256 */
  batchSize?: number
  /** Draws codes from q(z | x). @default the means */
  key?: Key
  /** Stops with an error `aborted`. */
  signal?: AbortSignal
}

/**
 * Codes of the first items of a dataset, `[count, latentSize]`.
 *
 * @throws GenError `range` for more items than there are.
 * @example
 * const sampler = await fitGaussianMixture(await encodeData(model, digits, { count: 10_000 }), { components: 10, key: key(1) })
 * const images = await model.sample({ count: 64, key: key(2), sampler })
 */
export async function encodeData(
  model: Vae,
  data: Items,
  { count = data.size, batchSize = 256, key, signal }: EncodeDataOptions = {},
): Promise<Tensor2D> {
  const where = 'vae.encodeData'
  assertInteger(where, 'count', count, { min: 1, max: data.size })
  if (key !== undefined) assertKey(where, 'key', key)
  return inBatches(where, { count, batchSize, signal }, (start, rows) => {
    const batch = data.take(Array.from({ length: rows }, (_, i) => start + i))
    try {
      return codesOf(model, batch, key && fold(key, start))
    } finally {
      dispose({ ...batch })
    }
  })
}

/**
 * Batches of codes z ~ q(z | x) for batches of data: what a second stage trains on.
 *
 * @example
 * await last(fit(second, codeBatches(first, digits.batches({ size: 128, key: key(2) }), { key: key(3) }), options))
 */
export function codeBatches(model: Vae, batches: Batches<Batch>, { key }: { key: Key }): Batches<Batch> {
  assertKey('vae.codeBatches', 'key', key)
  return {
    async at(index) {
      const batch = await batches.at(index)
      try {
        return { x: codesOf(model, batch, fold(key, index)) }
      } finally {
        dispose({ ...batch })
      }
    },
  }
}

/** Codes of a batch: drawn with a key, else the means. */
function codesOf(model: Vae, { x, labels }: Batch, k?: Key): Tensor2D {
  const condition = model.config.classes > 0 ? { labels } : {}
  if (!k) return model.encode(x, condition)
  const q = model.posterior(x, condition)
  const z = model.parts.posterior.draw(q, k)
  dispose([q.mean, q.logVariance])
  return z
}
