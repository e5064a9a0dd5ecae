/** The gzip format, read. @module */
import { refusal } from '@gen/backend'
import { crc32 } from '../crc32.ts'
import { inflateExactly } from './inflate.ts'

/** Options of {@link gunzip}. */
export interface GunzipOptions {
  /** Largest result in bytes. @default 2 ** 30 */
  maxBytes?: number
}

/** Says whether bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * Decompresses a gzip file of one member. The declared size is checked against `maxBytes` and against what the data can
 * hold before anything is allocated; the checksum is verified.
 *
 * @throws GenError `file` for a damaged, truncated or too large file.
 * @see https://www.rfc-editor.org/rfc/rfc1952
 * @example
 * const idx = gunzip(await readFile('train-images-idx3-ubyte.gz'))
 */
export function gunzip(bytes: Uint8Array, { maxBytes = 2 ** 30 }: GunzipOptions = {}): Uint8Array {
  const where = 'io.gunzip'
  const start = headerBytes(bytes)
  if (start === undefined || bytes.length < start + 8) {
    throw refusal('file', where, {
      expected: 'a gzip file',
      got: `${bytes.length} bytes that are none or are truncated`,
    })
  }
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8)
  const size = trailer.getUint32(4, true)
  if (size > maxBytes) {
    throw refusal('file', where, { expected: `at most ${maxBytes} bytes`, got: size, remedy: 'pass maxBytes' })
  }
  const data = bytes.subarray(start, bytes.length - 8)
  const out = inflateExactly({ where, name: 'the file', data, size, wrapper: 'none' })
  if (crc32(out) !== trailer.getUint32(0, true)) {
    throw refusal('file', where, { expected: "the file's checksum", got: 'another', remedy: 'the file is damaged' })
  }
  return out
}

/** Where the data begin: after the fixed part, the extra field, the name, the comment and the header's checksum. */
function headerBytes(bytes: Uint8Array): number | undefined {
  const deflate = 8
  if (!isGzip(bytes) || bytes[2] !== deflate || bytes.length < 18) return undefined
  const flags = bytes[3] as number
  let at = 10
  if (flags & 4) at += 2 + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8))
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue
    const end = bytes.indexOf(0, at)
    if (end < 0) return undefined
    at = end + 1
  }
  return flags & 2 ? at + 2 : at
}
