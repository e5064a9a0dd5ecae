/** Images without their colors. @module */
import { refusal } from '@gen/backend'
import { mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Shares of red, green and blue in the brightness that an eye sees (ITU-R BT.601). */
const shares = [0.299, 0.587, 0.114]

/**
 * The brightness of images: RGB `[b, h, w, 3]` in [0, 1] give `0.299 R + 0.587 G + 0.114 B`, `[b, h, w, 1]`.
 *
 * @throws GenError `shape` for other images.
 * @example
 * gray(ones([1, 2, 2, 3])).shape // [1, 2, 2, 1]
 */
export function gray(images: Tensor): Tensor {
  if (images.rank !== 4 || images.shape[3] !== 3) {
    const got = `[${images.shape.join(', ')}]`
    throw refusal('shape', 'data.gray', {
      expected: 'images [batch, height, width, 3]',
      got,
      remedy: 'pass RGB images',
    })
  }
  return tidy(() => sum(mul(images, shares), 3, true))
}
