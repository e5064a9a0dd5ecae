/** A function of the plane as a field of color. @module */
import { ramp } from '../look/mix.ts'
import type { Camera, Surface } from './camera.ts'

/** Colors of a field: paper in the middle, a role on either side. */
export interface FieldStyle {
  readonly paper: string
  /** Below the middle; paper for a field that has one side. */
  readonly low: string
  readonly high: string
  /** The largest share of a role's color. @default 0.45 */
  readonly most?: number
}

/** Bytes of an image of `values` (rows from the bottom up, each in [0, 1], ½ is the middle), row by row from the top. */
export function fieldBytes(
  values: ArrayLike<number>,
  columns: number,
  style: FieldStyle,
): Uint8ClampedArray<ArrayBuffer> {
  const { paper, low, high, most = 0.45 } = style
  const [below, above] = [ramp(paper, low, most), ramp(paper, high, most)]
  const rows = values.length / columns
  const bytes = new Uint8ClampedArray(4 * values.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = Math.min(1, Math.max(0, values[row * columns + column]!))
      const table = value < 0.5 ? below : above
      const at = 4 * Math.round(255 * Math.abs(2 * value - 1))
      bytes.set(table.subarray(at, at + 4), 4 * ((rows - 1 - row) * columns + column))
    }
  }
  return bytes
}

let scratch: OffscreenCanvas | undefined

/** Draws values on a grid of cells over the whole canvas, smoothed. */
export function field(
  context: Surface,
  values: ArrayLike<number>,
  columns: number,
  camera: Camera,
  style: FieldStyle,
): void {
  const rows = values.length / columns
  scratch ??= new OffscreenCanvas(columns, rows)
  if (scratch.width !== columns || scratch.height !== rows) Object.assign(scratch, { width: columns, height: rows })
  scratch.getContext('2d')!.putImageData(new ImageData(fieldBytes(values, columns, style), columns, rows), 0, 0)
  context.save()
  context.imageSmoothingEnabled = true
  context.drawImage(scratch, 0, 0, camera.width, camera.height)
  context.restore()
}
