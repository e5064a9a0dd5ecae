/** The first chunk of a PNG file, and how its pixels lie in the file. @module */
import { refusal } from '@gen/backend'

/** What a PNG file's first chunk says. */
export interface PngHeader {
  readonly width: number
  readonly height: number
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number
  /** Samples of a pixel in the file; 1 for a palette. */
  readonly samples: number
  readonly palette: boolean
  readonly interlaced: boolean
}

/** Pixels that lie together in the file: the whole image, or every so many columns and rows of it. */
export interface PngPass {
  readonly x: number
  readonly y: number
  readonly stepX: number
  readonly stepY: number
  readonly columns: number
  readonly rows: number
  /** Bytes of a row, without the one that names its filter. */
  readonly rowBytes: number
}

const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}
/** Adam7: first column, step, first row, step of each pass. */
const adam7 = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const

/** Reads the header's 13 bytes and compares the size with `maxPixels`. */
export function parsePngHeader(where: string, data: Uint8Array, maxPixels: number): PngHeader {
  const view = new DataView(data.buffer, data.byteOffset, 13)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const [depth, color, compression, filter, interlace] = data.subarray(8, 13) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ]
  if (width === 0 || height === 0 || width * height > maxPixels) {
    const got = `${width} × ${height}; pass maxPixels`
    throw refusal('file', where, { expected: `an image of 1 to ${maxPixels} pixels`, got })
  }
  const samples = samplesOf[color]
  if (samples === undefined || !depthsOf[color]?.includes(depth) || compression > 0 || filter > 0 || interlace > 1) {
    const got = `type ${color}, depth ${depth}, methods ${compression}, ${filter} and ${interlace}`
    throw refusal('file', where, { expected: 'a color type, depth and methods that PNG has', got })
  }
  return { width, height, depth, samples, palette: color === 3, interlaced: interlace === 1 }
}

/** The passes in which the pixels are stored; none is empty. */
export function passesOf({ width, height, depth, samples, interlaced }: PngHeader): PngPass[] {
  const steps = interlaced ? adam7 : ([[0, 1, 0, 1]] as const)
  return steps
    .map(([x, stepX, y, stepY]) => {
      const [columns, rows] = [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)]
      return { x, y, stepX, stepY, columns, rows, rowBytes: Math.ceil((columns * samples * depth) / 8) }
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
}
