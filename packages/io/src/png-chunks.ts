/** What a PNG file declares, read and checked before a pixel is allocated. @module */
import { GenError } from '@gen/backend'
import { inflateExactly } from './inflate.ts'

/** A PNG file's first chunk. */
export interface PngHeader {
  readonly width: number
  readonly height: number
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number
  /** Samples of a pixel in the file; 1 for a palette. */
  readonly samples: number
  readonly interlaced: boolean
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
  /** Length, type, data and checksum as they stand in the file. */
  readonly whole: Uint8Array
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const needed = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']
const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/** Says whether bytes begin as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte)
}

/**
 * Checks a PNG file: its size against `maxPixels`, its chunks against the file, its pixel data against its size. Gives the
 * header and the file without the chunks that carry no pixels, which a decoder might otherwise unpack.
 */
export function checkPng(
  where: string,
  bytes: Uint8Array,
  maxPixels: number,
): { header: PngHeader; essential: Uint8Array } {
  if (!isPng(bytes)) throw broken(where, 'a PNG file', `${bytes.length} bytes that do not begin as one`)
  const chunks = listChunks(where, bytes).filter(({ type }) => needed.includes(type))
  const header = parseHeader(where, chunks[0], maxPixels)
  if (chunks.at(-1)?.type !== 'IEND') throw broken(where, 'an end chunk', 'none; the file is truncated')
  const pixels = join(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  inflateExactly({ where, name: 'the pixels', data: pixels, size: filteredBytes(header), wrapper: 'zlib' })
  return { header, essential: join([Uint8Array.from(signature), ...chunks.map(({ whole }) => whole)]) }
}

function listChunks(where: string, bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Chunk[] = []
  for (let at = signature.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const end = at + 12 + length
    if (end > bytes.length)
      throw broken(where, `a chunk within the file's ${bytes.length} bytes`, 'one beyond its end; it is truncated')
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) })
    if (type === 'IEND') break
    at = end
  }
  return chunks
}

function parseHeader(where: string, chunk: Chunk | undefined, maxPixels: number): PngHeader {
  if (chunk?.type !== 'IHDR' || chunk.data.length !== 13)
    throw broken(where, 'a header chunk first', chunk?.type ?? 'none')
  const view = new DataView(chunk.data.buffer, chunk.data.byteOffset, 13)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const [depth, colour, interlace] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)]
  if (width === 0 || height === 0 || width * height > maxPixels) {
    throw broken(where, `an image of 1 to ${maxPixels} pixels`, `${width} × ${height}; pass maxPixels`)
  }
  const samples = samplesOf[colour]
  if (samples === undefined || !depthsOf[colour]?.includes(depth) || interlace > 1) {
    throw broken(
      where,
      'a colour type and depth that PNG has',
      `type ${colour}, depth ${depth}, interlace ${interlace}`,
    )
  }
  if (interlace === 1 && depth < 8)
    throw broken(where, 'an interlaced image of 8 or 16 bits', `${depth}; save it without interlacing`)
  return { width, height, depth, samples, interlaced: interlace === 1 }
}

/** Bytes of the unpacked pixel data: one filter byte before each row, seven smaller images when interlaced. */
function filteredBytes({ width, height, depth, samples, interlaced }: PngHeader): number {
  const size = (columns: number, rows: number): number =>
    columns === 0 || rows === 0 ? 0 : rows * (1 + Math.ceil((columns * samples * depth) / 8))
  if (!interlaced) return size(width, height)
  const passes = [
    [0, 8, 0, 8],
    [4, 8, 0, 8],
    [0, 4, 4, 8],
    [2, 4, 0, 4],
    [0, 2, 2, 4],
    [1, 2, 0, 2],
    [0, 1, 1, 2],
  ] as const
  const steps = (length: number, start: number, step: number): number => Math.max(0, Math.ceil((length - start) / step))
  return passes.reduce((sum, [x, dx, y, dy]) => sum + size(steps(width, x, dx), steps(height, y, dy)), 0)
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function broken(where: string, expected: string, got: string): GenError {
  return new GenError('file', `${where}: expected ${expected}, got ${got}`)
}
