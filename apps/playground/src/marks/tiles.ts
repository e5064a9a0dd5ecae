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
  const table = colorTable(paper, ink)
  const width = side * columns
  const pixels = new Uint32Array(values.length)
  for (let line = 0; line * side < values.length; line++) {
    const tile = Math.floor(line / side)
    const row = values.length / width - (Math.floor(tile / columns) + 1) * side + (line % side)
    const to = row * width + (tile % columns) * side
    for (let x = 0; x < side; x++)
      pixels[to + x] = table[Math.round(levels * Math.min(1, Math.max(0, values[line * side + x]!)))]!
  }
  return new Uint8ClampedArray(pixels.buffer)
}

const levels = 63

/** A pixel's four bytes at once, for values from 0 to {@link levels}: byte by byte a map of digits takes half of a frame's time. */
function colorTable(paper: string, ink: string): Uint32Array {
  const colors = Array.from({ length: levels + 1 }, (_, i) => [...mix(paper, ink, i / levels), 255])
  return new Uint32Array(Uint8Array.from(colors.flat()).buffer)
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
