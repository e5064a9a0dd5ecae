/** Zip files, read and written. @module */
import { refusal } from '@gen/backend'
import { zipSync } from 'fflate'
import { quote } from '../quote.ts'
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

/**
 * Writes files into a zip file, by their names, as they are: weights and pictures do not get smaller. The same files give the same bytes:
 * no time is recorded.
 *
 * @throws GenError `value` for names that a zip file cannot list, and for 4 GiB or more.
 * @see decodeZip
 * @example
 * const zip = encodeZip({ 'a.txt': new TextEncoder().encode('one') })
 * Object.keys(decodeZip(zip)) // ['a.txt']
 */
export function encodeZip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return packZip('io.encodeZip', files, 0)
}

/** {@link encodeZip} for a caller with another name, which may deflate. */
export function packZip(where: string, files: Readonly<Record<string, Uint8Array>>, level: 0 | 6): Uint8Array {
  assertListable(where, Object.keys(files))
  const total = Object.values(files).reduce((sum, file) => sum + file.length, 0)
  if (total >= 2 ** 32) {
    const remedy = 'write safetensors instead'
    throw refusal('value', where, { expected: 'less than 4 GiB', got: `${total} bytes`, remedy })
  }
  return zipSync({ ...files }, { level, mtime: new Date(1980, 0, 1) })
}

/** A zip file counts its entries, and the bytes of their names, in 16 bits. */
function assertListable(where: string, names: readonly string[]): void {
  const most = 65_534
  const long = names.find((name) => new TextEncoder().encode(name).length > most)
  if (names.length <= most && long === undefined) return
  const got = long === undefined ? `${names.length} files` : `the name ${quote(long)}`
  throw refusal('value', where, { expected: `at most ${most} files with names of at most ${most} bytes`, got })
}
