/** A writer of every kind of PNG file, for tests. @module */
import { zlibSync } from 'fflate'
import { crc32 } from '../crc32.ts'

/** A file to write: samples as they stand in it, `0 … 2^depth − 1`. */
export interface PngKind {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly color: 0 | 2 | 3 | 4 | 6
  readonly interlaced: boolean
  readonly samples: readonly number[]
  /** Filter of each row in turn: 0 none, 1 left, 2 up, 3 mean, 4 Paeth. */
  readonly filters: readonly number[]
  /** Chunks before the pixels. */
  readonly chunks?: readonly (readonly [type: string, data: readonly number[]])[]
}

const samplesOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const
const adam7 = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const

/** The number of samples that a color type has in a pixel. */
export function channelsOf(color: PngKind['color']): number {
  return samplesOf[color]
}

/** A chunk: length, type, data, checksum. */
export function chunk(type: string, data: ArrayLike<number>): number[] {
  const body = [...new TextEncoder().encode(type), ...Array.from(data)]
  return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))]
}

/** Writes a file of this kind. */
export function writePng(kind: PngKind): Uint8Array {
  const { width, height, depth, color, interlaced, chunks = [] } = kind
  const rows: number[] = []
  for (const [x, dx, y, dy] of interlaced ? adam7 : ([[0, 1, 0, 1]] as const)) writePass(kind, rows, x, dx, y, dy)
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', [...word(width), ...word(height), depth, color, 0, 0, Number(interlaced)]),
    ...chunks.flatMap(([type, data]) => chunk(type, data)),
    ...chunk('IDAT', zlibSync(Uint8Array.from(rows))),
    ...chunk('IEND', []),
  ])
}

function writePass(kind: PngKind, rows: number[], x: number, dx: number, y: number, dy: number): void {
  const { width, height, depth, color, samples, filters } = kind
  const per = samplesOf[color]
  const pixelBytes = Math.max(1, (per * depth) / 8)
  let above: number[] = []
  for (let row = y; row < height; row += dy) {
    const bits: number[] = []
    for (let column = x; column < width; column += dx) {
      for (let c = 0; c < per; c++) {
        const sample = samples[(row * width + column) * per + c] ?? 0
        for (let bit = depth - 1; bit >= 0; bit--) bits.push((sample >> bit) & 1)
      }
    }
    if (bits.length === 0) return
    const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
      bits.slice(8 * i, 8 * i + 8).reduce((byte, bit, place) => byte | (bit << (7 - place)), 0),
    )
    const filter = filters[row % filters.length] ?? 0
    const at = (list: readonly number[], i: number): number => list[i] ?? 0
    const filtered = bytes.map((byte, i) => {
      const [a, b, c] = [at(bytes, i - pixelBytes), at(above, i), at(above, i - pixelBytes)]
      return (byte - predicted(filter, a, b, c)) & 255
    })
    rows.push(filter, ...filtered)
    above = bytes
  }
}

function predicted(filter: number, a: number, b: number, c: number): number {
  const p = a + b - c
  const nearest = [a, b, c].reduce((best, value) => (Math.abs(p - value) < Math.abs(p - best) ? value : best))
  return [0, a, b, (a + b) >> 1, nearest][filter] ?? 0
}

function word(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)
}
