/** Gray images side by side. @module */
import { mix } from '../look/mix.ts'
import type { Surface } from './camera.ts'

/** Bytes of images of `side`² values in [0, 1], `columns` a row, rows from the bottom up as a plane has them. */
export function tileBytes(
  values: ArrayLike<number>,
  side: number,
  columns: number,
  [paper, ink]: readonly [string, string],
): Uint8ClampedArray<ArrayBuffer> {
  const table = Array.from({ length: 64 }, (_, i) => mix(paper, ink, i / 63))
  const width = side * columns
  const rows = values.length / side ** 2 / columns
  const bytes = new Uint8ClampedArray(4 * values.length)
  for (let i = 0; i < values.length; i++) {
    const [tile, pixel] = [Math.floor(i / side ** 2), i % side ** 2]
    const x = (tile % columns) * side + (pixel % side)
    const y = (rows - 1 - Math.floor(tile / columns)) * side + Math.floor(pixel / side)
    const [red, green, blue] = table[Math.round(63 * Math.min(1, Math.max(0, values[i]!)))]!
    bytes.set([red, green, blue, 255], 4 * (y * width + x))
  }
  return bytes
}

/** Draws images over a square of a canvas. */
export function tiles(
  context: Surface,
  values: ArrayLike<number>,
  side: number,
  columns: number,
  size: number,
  colors: readonly [string, string],
): void {
  const width = side * columns
  const height = (values.length / side ** 2 / columns) * side
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')!.putImageData(new ImageData(tileBytes(values, side, columns, colors), width, height), 0, 0)
  context.drawImage(canvas, 0, 0, size, (size * height) / width)
}
