/** Batches whose images are changed on the way. @module */
import { assertKey, fold, type Key, refusal } from '@gen/backend'
import type { Batch, Batches } from '@gen/model'
import { gather, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'

/** Changes images `[batch, height, width, channels]` by a key; runs in a `tidy`. */
export type ImageChange = (x: Tensor, k: Key) => Tensor

/** Batches with the change, which for batch i draws from (key, i). What else is in a batch stays. */
export function changedBatches<B extends Batch>(
  where: string,
  batches: Batches<B>,
  { key, config, change }: { key: Key; config: object; change: ImageChange },
): Batches<B> {
  assertKey(where, 'key', key)
  const changed = (batch: B, index: number): B => {
    try {
      assertImages(where, batch.x)
      return { ...batch, x: tidy(() => change(batch.x, fold(key, index))) }
    } finally {
      batch.x.dispose()
    }
  }
  return {
    config: { ...config, key, batches: batches.config ?? null },
    at(index) {
      const batch = batches.at(index)
      return batch instanceof Promise ? batch.then((ready) => changed(ready, index)) : changed(batch, index)
    },
  }
}

function assertImages(where: string, x: Tensor): void {
  if (x.rank === 4) return
  const got = `[${x.shape.join(', ')}]`
  throw refusal('shape', where, { expected: 'images [batch, height, width, channels]', got })
}

/** The pixels of each image at its own places along an axis; `places` has those of all images, one after the other. */
export function pixelsAt(x: Tensor, places: Int32Array, axis: 1 | 2): Tensor {
  const [rows = 0] = x.shape
  return gather(x, tensor2d(places, [rows, places.length / rows], 'int32'), axis, 1)
}

/** The place within [0, size − 1] that one outside mirrors to, without repeating the border. */
export function mirrored(place: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const within = ((place % period) + period) % period
  return Math.min(within, period - within)
}
