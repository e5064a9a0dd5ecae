/** Images moved at random by whole pixels. @module */
import { assertInteger, type Key, randintArray, split } from '@gen/backend'
import type { Batch, Batches, SyncBatches } from '@gen/model'
import type { Tensor } from '@tensorflow/tfjs-core'
import { changedBatches, mirrored, pixelsAt } from './changed-batches.ts'

/** Options of {@link randomCrops}. */
export interface RandomCropsOptions {
  /** Pixels that the image is padded by on each side, mirrored, before a window of its size is cut out. @default 4 */
  padding?: number
  /** Draws the windows. */
  key: Key
}

const where = 'data.randomCrops'

/**
 * Batches whose images are padded by mirrored pixels and cut back to their size at a random place: each moves by up to `padding` pixels along both axes. Pixels keep
 * their bits.
 *
 * @throws GenError `value` or `range` for a padding that is no whole number ≥ 0; from `at`, `shape` for what are no images.
 * @see Deep residual learning for image recognition (He et al., 2015), section 4.2, with zeros instead of mirrored pixels https://arxiv.org/abs/1512.03385
 * @example
 * const images = imageDataset({ pixels, shape: [32, 32, 3] })
 * const batches = randomCrops(images.batches({ size: 4, key: key(0) }), { padding: 2, key: key(1) })
 */
export function randomCrops<B extends Batch>(batches: SyncBatches<B>, options: RandomCropsOptions): SyncBatches<B>
export function randomCrops<B extends Batch>(batches: Batches<B>, options: RandomCropsOptions): Batches<B>
export function randomCrops<B extends Batch>(
  batches: Batches<B>,
  { padding = 4, key }: RandomCropsOptions,
): Batches<B> {
  assertInteger(where, 'padding', padding, { min: 0, max: 1024 })
  const config = { kind: 'randomCrops', padding }
  const change = (x: Tensor, k: Key) => {
    const [down, across] = split(k)
    return move(move(x, down!, 1, padding), across!, 2, padding)
  }
  return changedBatches(where, batches, { key, config, change })
}

function move(x: Tensor, k: Key, axis: 1 | 2, padding: number): Tensor {
  const [rows = 0] = x.shape
  const size = x.shape[axis]!
  const starts = randintArray(k, rows, 1, { min: -padding, max: padding + 1 })
  const places = new Int32Array(rows * size)
  for (let i = 0; i < places.length; i++) places[i] = mirrored(starts[Math.floor(i / size)]! + (i % size), size)
  return pixelsAt(x, places, axis)
}
