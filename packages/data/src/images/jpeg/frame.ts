/** The frame of a JPEG file: its size and components. @module */
import type { HuffmanCode } from './huffman.ts'

/** One color of the image, in blocks of 8 × 8 coefficients. */
export interface Component {
  readonly id: number
  /** Blocks in a unit of interleaved scans: across and down. */
  readonly across: number
  readonly down: number
  /** Samples: the image's width and height at this component's resolution. */
  readonly width: number
  readonly height: number
  /** Blocks that hold samples. */
  readonly columns: number
  readonly rows: number
  /** Blocks in a row of {@link coefficients}, which are padded to whole units. */
  readonly stride: number
  /** 64 for each block, row by row. */
  readonly coefficients: Int16Array
  /** Number of its quantization table. */
  readonly table: number
  /** Steps of quantization, row by row, once a scan has begun. */
  steps?: Uint16Array
  dc?: HuffmanCode
  ac?: HuffmanCode
}

/** What a frame header says. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly progressive: boolean
  /** Units of interleaved scans: across and down. */
  readonly units: readonly [across: number, down: number]
  readonly components: readonly Component[]
}

/** The largest image that a reader accepts. */
export interface FrameLimits {
  /** Largest width × height. */
  readonly maxPixels: number
  /** Size of the file: what it declares must fit in. */
  readonly fileBytes: number
}

/**
 * Reads a frame header (SOF0, SOF1 or SOF2). Its size is compared with the limits before anything is allocated.
 *
 * @throws Error when the header is damaged, declares more than `maxPixels`, or more blocks than the file has bits for: a
 * block takes at least two bits, in progressive files one.
 */
export function parseFrame(data: Uint8Array, progressive: boolean, { maxPixels, fileBytes }: FrameLimits): Frame {
  const count = data[5] ?? 0
  if (data.length < 6 + 3 * count) throw new Error('a frame header that is cut off')
  const [height, width] = [1, 3].map((at) => (data[at] as number) * 256 + (data[at + 1] as number)) as [number, number]
  if (width === 0 || height === 0) throw new MissingSize()
  if (width * height > maxPixels) throw new TooManyPixels(width, height)
  if (data[0] !== 8) throw new Error(`samples of ${data[0]} bits; only 8 are read`)
  if (count !== 1 && count !== 3 && count !== 4) throw new Error(`${count} components; only 1, 3 and 4 are read`)
  const parts = Array.from({ length: count }, (_, i) => {
    const [id, factors, table] = data.subarray(6 + 3 * i, 9 + 3 * i) as unknown as [number, number, number]
    return { id, across: factors >> 4, down: factors & 15, table }
  })
  if (parts.some(({ across, down, table }) => !isFactor(across) || !isFactor(down) || table > 3)) {
    throw new Error('a frame header with impossible components')
  }
  if (new Set(parts.map(({ id }) => id)).size < count) throw new Error('a component twice')
  const [most, tallest] = [Math.max(...parts.map((part) => part.across)), Math.max(...parts.map((part) => part.down))]
  const units = [Math.ceil(width / (8 * most)), Math.ceil(height / (8 * tallest))] as const
  const sized = parts.map((part) => {
    const [w, h] = [Math.ceil((width * part.across) / most), Math.ceil((height * part.down) / tallest)]
    return { ...part, width: w, height: h, columns: Math.ceil(w / 8), rows: Math.ceil(h / 8) }
  })
  const blocks = sized.reduce((sum, { columns, rows }) => sum + columns * rows, 0)
  if (blocks > fileBytes * (progressive ? 8 : 4)) {
    throw new Error(`${fileBytes} bytes, too few for ${width} × ${height} pixels; it is truncated or damaged`)
  }
  const components = sized.map((part) => {
    const stride = units[0] * part.across
    return { ...part, stride, coefficients: new Int16Array(64 * stride * units[1] * part.down) }
  })
  return { width, height, progressive, units, components }
}

/** A frame without a size. */
export class MissingSize extends Error {}

/** A frame beyond the caller's limit. */
export class TooManyPixels extends Error {
  readonly size: string
  constructor(width: number, height: number) {
    super('too many pixels')
    this.size = `${width} × ${height}`
  }
}

function isFactor(factor: number): boolean {
  return factor >= 1 && factor <= 4
}
