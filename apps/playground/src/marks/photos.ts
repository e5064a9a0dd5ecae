/** Colored images side by side. @module */
import type { Surface } from './camera.ts'

/** Bytes of RGB images of `side`² pixels in [0, 1], `columns` a row, rows from the top down as one reads. */
export function photoBytes(values: ArrayLike<number>, side: number, columns: number): Uint8ClampedArray<ArrayBuffer> {
  const width = side * columns
  const count = values.length / (3 * side ** 2)
  const bytes = new Uint8ClampedArray(4 * width * side * Math.ceil(count / columns))
  for (let i = 0; i < values.length / 3; i++) {
    const [image, pixel] = [Math.floor(i / side ** 2), i % side ** 2]
    const x = (image % columns) * side + (pixel % side)
    const y = Math.floor(image / columns) * side + Math.floor(pixel / side)
    const at = 4 * (y * width + x)
    for (let channel = 0; channel < 3; channel++) bytes[at + channel] = 255 * values[3 * i + channel]!
    bytes[at + 3] = 255
  }
  return bytes
}

/** Draws images over the whole width of a canvas. */
export function photos(context: Surface, values: ArrayLike<number>, side: number, columns: number, size: number): void {
  const bytes = photoBytes(values, side, columns)
  const width = side * columns
  const height = bytes.length / 4 / width
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')!.putImageData(new ImageData(bytes, width, height), 0, 0)
  context.imageSmoothingQuality = 'high'
  context.drawImage(canvas, 0, 0, size, (size * height) / width)
}
