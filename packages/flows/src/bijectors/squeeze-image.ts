/** Space to channels. @module */
import { refusal } from '@gen/backend'
import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core'
import type { Bijector } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type EventShape, eventShape, noVolume } from './shape.ts'

/**
 * Creates the squeeze: each 2×2 block of pixels becomes one pixel with four times the channels,
 * `[h, w, c]` → `[h/2, w/2, 4c]`, in the order upper left, upper right, lower left, lower right.
 *
 * @throws GenError `shape` for events other than images of even height and width.
 * @see Density estimation using Real NVP (Dinh et al., 2016) https://arxiv.org/abs/1605.08803
 * @example
 * const layer = squeezeImage([28, 28, 1]) // to [14, 14, 4]
 */
export function squeezeImage(shape: EventShape): Bijector {
  const event = eventShape('flows.squeezeImage', shape)
  const [height = 1, width = 1, channels = 1] = event
  if (event.length !== 3 || height % 2 !== 0 || width % 2 !== 0) {
    const remedy = 'pad or crop the images'
    const got = `[${event.join(', ')}]`
    throw refusal('shape', 'flows.squeezeImage', { expected: '[h, w, c] with even h and w', got, remedy })
  }
  const [rows, columns] = [height / 2, width / 2]
  // Four dimensions are enough: rows of blocks count as batch.
  const swap = (x: Tensor, before: [number, number]) =>
    transpose(reshape(x, [-1, ...before, 2 * channels]), [0, 2, 1, 3])
  return defineBijector({
    config: { kind: 'squeezeImage', shape: event },
    outputShape: [rows, columns, 4 * channels],
    forward: (x) => ({
      value: reshape(swap(x, [2, columns]), [-1, rows, columns, 4 * channels]),
      logDet: noVolume(x),
    }),
    inverse: (y) => ({ value: reshape(swap(y, [columns, 2]), [-1, height, width, channels]), logDet: noVolume(y) }),
  })
}
