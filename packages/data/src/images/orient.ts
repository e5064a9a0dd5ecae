/** Pictures turned as they are meant to be seen. @module */
import type { ByteImage } from './byte-image.ts'

/**
 * Turns an image by its EXIF orientation: 1 as it is, 2 mirrored, 3 half a turn, 4 upside down, 5 transposed, 6 a quarter
 * turn to the right, 7 transposed the other way, 8 a quarter turn to the left.
 *
 * @see CIPA DC-008, Exif 2.32 (2019), tag 0x0112
 */
export function orient(image: ByteImage, orientation: number): ByteImage {
  if (orientation === 1) return image
  const { width, height, channels, data } = image
  const isTransposed = orientation >= 5
  const [newWidth, newHeight] = isTransposed ? [height, width] : [width, height]
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBottom = [3, 4, 6, 7].includes(orientation)
  const turned = new Uint8Array(data.length)
  for (let y = 0, to = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++, to += channels) {
      const [column, row] = isTransposed ? [y, x] : [x, y]
      const from = (fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column)
      for (let c = 0; c < channels; c++) turned[to + c] = data[from * channels + c] as number
    }
  }
  return { width: newWidth, height: newHeight, channels, data: turned }
}
