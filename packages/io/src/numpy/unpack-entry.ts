/** A file of a zip file, unpacked and checked. @module */
import { refusal } from '@gen/backend'
import { crc32 } from '../crc32.ts'
import { inflateExactly } from '../gzip/inflate.ts'
import { quote } from '../quote.ts'
import type { ZipEntry } from './zip-directory.ts'

/** The bytes of an entry, of the size and checksum that the directory declares. */
export function unpackEntry(where: string, { name, method, data, size, crc }: ZipEntry): Uint8Array {
  const bytes = method === 'stored' ? data : inflateExactly({ where, name, data, size, wrapper: 'none' })
  if (crc32(bytes) !== crc) {
    throw refusal('file', where, {
      expected: `${quote(name)} to match its checksum`,
      got: 'another',
      remedy: 'the file is damaged',
    })
  }
  return bytes
}
