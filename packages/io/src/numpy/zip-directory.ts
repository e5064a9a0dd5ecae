/** The directory of a zip file, read and checked before anything is unpacked. @module */
import { type GenError, refusal } from '@gen/backend'
import { quote } from '../quote.ts'

/** A file in a zip file. */
export interface ZipEntry {
  readonly name: string
  readonly method: 'stored' | 'deflated'
  readonly crc: number
  /** Size when unpacked, as declared. */
  readonly size: number
  /** The packed bytes. */
  readonly data: Uint8Array
}

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const maxCommentBytes = 0xffff

/** Lists what a zip file holds. Nothing is allocated by declared sizes: entries are views into `bytes`. */
export function zipDirectory(where: string, bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = findEnd(where, view)
  const count = view.getUint16(end + 10, true)
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== entrySignature)
      throw broken(where, 'a directory entry', `none at ${at}`)
    const entry = readEntry(where, view, at)
    if (names.has(entry.name)) throw broken(where, 'every name once', `${quote(entry.name)} twice`)
    names.add(entry.name)
    entries.push(entry)
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

function findEnd(where: string, view: DataView): number {
  const last = view.byteLength - endBytes
  for (let at = last; at >= Math.max(0, last - maxCommentBytes); at--) {
    if (view.getUint32(at, true) === endSignature) return at
  }
  throw broken(
    where,
    'a zip file',
    `${view.byteLength} bytes without a zip directory; the file is truncated or another format`,
  )
}

function readEntry(where: string, view: DataView, at: number): ZipEntry {
  const nameBytes = view.getUint16(at + 28, true)
  if (at + 46 + nameBytes > view.byteLength) throw broken(where, 'a name within the file', 'one beyond its end')
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameBytes))
  const quoted = quote(name)
  const method = view.getUint16(at + 10, true)
  if (view.getUint16(at + 8, true) & 1) throw broken(where, `${quoted} in the clear`, 'an encrypted file')
  if (method !== 0 && method !== 8) throw broken(where, `${quoted} stored or deflated`, `method ${method}`)
  const [packed, size, local] = [20, 24, 42].map((offset) => view.getUint32(at + offset, true)) as [
    number,
    number,
    number,
  ]
  if ([packed, size, local].includes(0xffffffff)) throw broken(where, `${quoted} below 4 GiB`, 'a zip64 file; split it')
  if (local + 30 > view.byteLength || view.getUint32(local, true) !== localSignature) {
    throw broken(where, `${quoted} at ${local}`, 'something else there; the file is damaged')
  }
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  if (start + packed > view.byteLength)
    throw broken(where, `${quoted} within the file`, 'one beyond its end; it is truncated')
  if (method === 0 && packed !== size)
    throw broken(where, `${quoted} of ${size} bytes`, `${packed}; the file is damaged`)
  const data = new Uint8Array(view.buffer, view.byteOffset + start, packed)
  return { name, method: method === 0 ? 'stored' : 'deflated', crc: view.getUint32(at + 16, true), size, data }
}

function broken(where: string, expected: string, got: string): GenError {
  return refusal('file', where, { expected, got })
}
