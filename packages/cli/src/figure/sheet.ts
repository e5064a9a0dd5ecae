/** A sheet of images with names for its rows and columns. @module */
import { encodePng, type GridOptions, grid } from '@gen/io'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { type Block, round, shortened, textAt, widthOf } from './block.ts'

/** What stands beside and above the images. */
export interface SheetOptions extends GridOptions {
  /** Beside each row. @default nothing */
  rows?: readonly string[]
  /** Above each column. @default nothing */
  names?: readonly string[]
  /** Each pixel becomes a square of so many; 0: as many as make images of about {@link comfortable} pixels. @default 0 */
  scale?: number
}

/** An image that can be looked at without a glass, in pixels. */
const comfortable = 72
const letters = 40
const gap = 8
const heading = 18

/** Pixels for a pixel of images so wide. */
export const scaleFor = (width: number, scale: number): number => scale || Math.max(1, Math.round(comfortable / width))

/** Images `[n, h, w, c]` in rows of `columns`, with names. */
export function sheet(images: Tensor4D, { rows = [], names = [], scale = 0, ...layout }: SheetOptions = {}): Block {
  const laid = grid(images, layout)
  const [height, width] = laid.shape
  const png = encodePng(laid)
  laid.dispose()
  const [, tall, wide] = images.shape
  const frame = { width, height, cell: [wide, tall] as const, padding: layout.padding ?? 2 }
  return named(png, frame, { rows, names, scale: scaleFor(wide, scale) })
}

/** A sheet that was laid out already, by `grid` of `@gen/io`: so many rows and columns of equal images. */
export function sheetOfPng(
  png: Uint8Array,
  {
    rows,
    names = [],
    columns,
    scale = 0,
  }: { rows: readonly string[]; names?: readonly string[]; columns: number; scale?: number },
): Block {
  const view = new DataView(png.buffer, png.byteOffset)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const padding = 2
  const cell = [(width - padding) / columns - padding, (height - padding) / rows.length - padding] as const
  return named(png, { width, height, cell, padding }, { rows, names, scale: scaleFor(cell[0], scale) })
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly cell: readonly [width: number, height: number]
  readonly padding: number
}

function named(
  png: Uint8Array,
  frame: Frame,
  { rows, names, scale }: Required<Pick<SheetOptions, 'rows' | 'names' | 'scale'>>,
): Block {
  const shown = rows.map((row) => shortened(row, letters))
  const left = rows.length > 0 ? Math.max(...shown.map(widthOf)) + gap : 0
  const top = names.length > 0 ? heading : 0
  const middle = (i: number, side: number): number => scale * (frame.padding + i * (side + frame.padding) + side / 2)
  const pitch = scale * (frame.cell[0] + frame.padding)
  const above = fitting(names, pitch)
  const [width, height] = [scale * frame.width, scale * frame.height]
  const href = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  return {
    width: left + width,
    height: top + height,
    svg: [
      `<image x="${left}" y="${top}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${href}"/>`,
      ...shown.map((row, i) => textAt(left - gap, top + middle(i, frame.cell[1]) + 4, row, { anchor: 'end' })),
      ...above.map((name, i) => textAt(round(left + middle(i, frame.cell[0])), 12, name, { anchor: 'middle' })),
    ].join(''),
  }
}

/** Names that fit above columns: else their last words, else every second, third, … of these. */
function fitting(names: readonly string[], pitch: number): string[] {
  const most = (texts: readonly string[]): number => Math.max(0, ...texts.map(widthOf)) + 4
  if (most(names) <= pitch) return [...names]
  const short = names.map((name) => name.split(' ').at(-1)!)
  const every = Math.ceil(most(short) / pitch)
  return short.map((name, i) => (i % every === 0 ? name : ''))
}
