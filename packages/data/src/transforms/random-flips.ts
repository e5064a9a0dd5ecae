/** Images mirrored at random. @module */
import { type Key, refusal, split, uniformArray } from '@gen/backend'
import type { Batch, Batches, SyncBatches } from '@gen/model'
import type { Tensor } from '@tensorflow/tfjs-core'
import { changedBatches, pixelsAt } from './changed-batches.ts'

/** Options of {@link randomFlips}. */
export interface RandomFlipsOptions {
  /** Left and right, or also top and bottom. @default 'x' */
  axes?: 'x' | 'xy'
  /** Draws which images. */
  key: Key
}

const where = 'data.randomFlips'

/**
 * Batches whose images are mirrored, each with probability 1/2 for each axis: for things that are as likely one way as the other, which digits and letters are not. Pixels move
 * and are not computed, so each keeps its bits.
 *
 * @throws GenError `config` for other axes; from `at`, `shape` for what are no images.
 * @example
 * const images = imageDataset({ pixels, shape: [32, 32, 3] })
 * const batches = randomFlips(images.batches({ size: 4, key: key(0) }), { key: key(1) })
 */
export function randomFlips<B extends Batch>(batches: SyncBatches<B>, options: RandomFlipsOptions): SyncBatches<B>
export function randomFlips<B extends Batch>(batches: Batches<B>, options: RandomFlipsOptions): Batches<B>
export function randomFlips<B extends Batch>(batches: Batches<B>, { axes = 'x', key }: RandomFlipsOptions): Batches<B> {
  if (axes !== 'x' && axes !== 'xy') {
    throw refusal('config', where, { expected: 'axes x or xy', got: JSON.stringify(axes) })
  }
  const config = { kind: 'randomFlips', axes }
  const change = (x: Tensor, k: Key) => {
    const [across, down] = split(k)
    const flipped = flip(x, across!, 2)
    return axes === 'x' ? flipped : flip(flipped, down!, 1)
  }
  return changedBatches(where, batches, { key, config, change })
}

function flip(x: Tensor, k: Key, axis: 1 | 2): Tensor {
  const [rows = 0] = x.shape
  const size = x.shape[axis]!
  const chance = uniformArray(k, rows, 1)
  const places = new Int32Array(rows * size)
  for (let i = 0; i < places.length; i++) {
    const place = i % size
    places[i] = chance[Math.floor(i / size)]! < 0.5 ? size - 1 - place : place
  }
  return pixelsAt(x, places, axis)
}
