/** The chunks of a PNG file, read and checked before a pixel is allocated. @module */
import { type GenError, refusal } from '@gen/backend'
import { crc32 } from '../crc32.ts'
import { inflateExactly } from '../gzip/inflate.ts'
import { exifOrientation } from './exif.ts'
import { type PngHeader, parsePngHeader, passesOf } from './png-header.ts'

/** What a PNG file holds. */
export interface PngContent {
  readonly header: PngHeader
  /** The filtered rows of all passes. */
  readonly rows: Uint8Array
  /** RGB bytes of the palette; for other images none. */
  readonly palette: Uint8Array | undefined
  /** The chunk `tRNS`: alpha of the palette's colors, or the one transparent color. */
  readonly transparency: Uint8Array | undefined
  /** How the picture is turned to be seen, 1 … 8 as in EXIF. */
  readonly orientation: number
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const needed = ['IHDR', 'PLTE', 'tRNS', 'eXIf', 'IDAT', 'IEND']

/** Says whether bytes begin as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte)
}

/**
 * Reads a PNG file: its size is checked against `maxPixels`, its chunks against the file and their checksums, its pixel data
 * against its size. Chunks that carry no pixels are passed over unread, so that none is unpacked.
 */
export function readChunks(where: string, bytes: Uint8Array, maxPixels: number): PngContent {
  if (!isPng(bytes)) throw broken(where, 'a PNG file', `${bytes.length} bytes that do not begin as one`)
  const chunks = listChunks(where, bytes)
  const [first] = chunks
  if (first?.type !== 'IHDR' || first.data.length !== 13)
    throw broken(where, 'a header chunk first', first?.type ?? 'none')
  const header = parsePngHeader(where, first.data, maxPixels)
  if (chunks.at(-1)?.type !== 'IEND') throw broken(where, 'an end chunk', 'none; the file is truncated')
  const find = (type: string): Uint8Array | undefined => chunks.find((chunk) => chunk.type === type)?.data
  // Other images may hold a palette as a suggestion to screens of few colors.
  const palette = header.palette ? paletteOf(where, find('PLTE')) : undefined
  const transparency = find('tRNS')
  checkTransparency(where, header, palette, transparency)
  const data = join(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data))
  const size = passesOf(header).reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0)
  const rows = inflateExactly({ where, name: 'the pixels', data, size, wrapper: 'zlib' })
  const exif = find('eXIf')
  return { header, rows, palette, transparency, orientation: exif ? exifOrientation(exif) : 1 }
}

function listChunks(where: string, bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Chunk[] = []
  for (let at = signature.length; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at)
    if (end > bytes.length)
      throw broken(where, `a chunk within the file's ${bytes.length} bytes`, 'one beyond its end; it is truncated')
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (needed.includes(type)) {
      if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
        throw broken(where, `chunk ${type} to match its CRC`, 'another; the file is damaged')
      chunks.push({ type, data: bytes.subarray(at + 8, end - 4) })
    } else if (isCritical(type)) {
      throw broken(where, `chunks ${needed.join(', ')}`, `also ${JSON.stringify(type)}; save it as plain PNG`)
    }
    if (type === 'IEND') break
    at = end
  }
  return chunks
}

/** The case of a name's first letter says whether a picture may be shown without the chunk. */
function isCritical(type: string): boolean {
  return !/^[a-z]/.test(type)
}

function paletteOf(where: string, data: Uint8Array | undefined): Uint8Array {
  if (data && data.length > 0 && data.length % 3 === 0 && data.length <= 768) return data
  throw broken(where, 'a palette of 1 to 256 colors', data ? `${data.length} bytes` : 'none; the file is damaged')
}

function checkTransparency(
  where: string,
  { samples }: PngHeader,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): void {
  // Where pixels have their own alpha, libpng too passes the chunk over.
  if (!transparency || samples === 2 || samples === 4) return
  const fits = palette ? transparency.length <= palette.length / 3 : transparency.length === 2 * samples
  const expected = palette ? `at most ${palette.length / 3}` : `${2 * samples}`
  if (!fits) throw broken(where, `a chunk tRNS of ${expected} bytes`, `${transparency.length}; the file is damaged`)
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
  return refusal('file', where, { expected, got })
}
