/** Zip files, read. @module */
import { refusal } from '@gen/backend'
import { unpackEntry } from './unpack-entry.ts'
import { zipDirectory } from './zip-directory.ts'

/** Options of {@link decodeZip}. */
export interface DecodeZipOptions {
  /** Largest sum of the unpacked sizes, in bytes. @default 2 ** 30 */
  maxBytes?: number
}

/**
 * Reads the files of a zip file into memory, by their names. Declared sizes are checked against `maxBytes` and against what the packed
 * bytes can hold before anything is unpacked; checksums are verified. Nothing is written anywhere.
 *
 * @throws GenError `file` for damaged, truncated or too large files.
 * @example
 * const { 'x.npy': x } = decodeZip(encodeNpz({ x: tensor1d([1, 2]) }))
 */
export function decodeZip(
  bytes: Uint8Array,
  { maxBytes = 2 ** 30 }: DecodeZipOptions = {},
): Record<string, Uint8Array> {
  const where = 'io.decodeZip'
  const entries = zipDirectory(where, bytes)
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  if (total > maxBytes) {
    throw refusal('file', where, { expected: `at most ${maxBytes} bytes`, got: total, remedy: 'pass maxBytes' })
  }
  return Object.fromEntries(entries.map((entry) => [entry.name, unpackEntry(where, entry)]))
}
