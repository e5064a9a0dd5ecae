/** NumPy's npz format (a zip file of npy files), read and written. @module */
import { refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { listSome } from '../quote.ts'
import type { RawTensor } from '../tensors/raw-tensor.ts'
import { encodeNpy, readNpy } from './npy.ts'
import { unpackEntry } from './unpack-entry.ts'
import { packZip } from './zip.ts'
import { zipDirectory } from './zip-directory.ts'

/** Options of {@link decodeNpz}. */
export interface DecodeNpzOptions {
  /** Names of the arrays to read, others are left packed. @default all */
  only?: readonly string[]
  /** Names of arrays to read with those in `only` where the file has them. @default none */
  also?: readonly string[]
  /** Largest sum of the unpacked sizes, in bytes. @default 2 ** 30 */
  maxBytes?: number
}

/** Options of {@link encodeNpz}. */
export interface EncodeNpzOptions {
  /** Deflate the arrays, as `numpy.savez_compressed` does. @default false */
  compress?: boolean
}

/**
 * Reads an npz file. Declared sizes are checked against `maxBytes` and against what the packed bytes can hold before
 * anything is unpacked, so a zip bomb is refused; checksums are verified.
 *
 * @throws GenError `file` for damaged, truncated or too large files, for arrays that {@link decodeNpy} refuses, and for a
 * name in `only` that the file lacks.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 * @example
 * const { x, y } = decodeNpz(await readFile('xy.npz'), { only: ['x', 'y'] })
 */
export function decodeNpz(
  bytes: Uint8Array,
  { only, also = [], maxBytes = 2 ** 30 }: DecodeNpzOptions = {},
): Record<string, RawTensor> {
  const where = 'io.decodeNpz'
  const entries = zipDirectory(where, bytes).map((entry) => ({ entry, name: entry.name.replace(/\.npy$/, '') }))
  const missing = only?.find((name) => !entries.some((other) => other.name === name))
  if (missing !== undefined) {
    throw refusal('file', where, { expected: `an array ${missing}`, got: listSome(entries.map(({ name }) => name)) })
  }
  const named = only && new Set([...only, ...also])
  const wanted = entries.filter(({ entry, name }) => named?.has(name) ?? entry.name.endsWith('.npy'))
  const total = wanted.reduce((sum, { entry }) => sum + entry.size, 0)
  if (total > maxBytes) {
    throw refusal('file', where, { expected: `at most ${maxBytes} bytes`, got: total, remedy: 'pass maxBytes or only' })
  }
  return Object.fromEntries(
    wanted.map(({ entry, name }) => [name, readNpy(`${where} (${name.slice(0, 80)})`, unpackEntry(where, entry))]),
  )
}

/**
 * Writes an npz file that `numpy.load` reads. The same tensors give the same bytes: no time is recorded.
 *
 * @throws GenError `value` for what {@link encodeNpy} refuses and for more than 4 GiB.
 * @example
 * await writeFile('latents.npz', encodeNpz({ z, labels }, { compress: true }))
 */
export function encodeNpz(
  tensors: Readonly<Record<string, Tensor | RawTensor>>,
  { compress = false }: EncodeNpzOptions = {},
): Uint8Array {
  const files = Object.entries(tensors).map(([name, tensor]) => [`${name}.npy`, encodeNpy(tensor)] as const)
  return packZip('io.encodeNpz', Object.fromEntries(files), compress ? 6 : 0)
}
