/** Model folders, read. @module */
import { readFile, realpath, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { refusal } from '@gen/backend'
import { failure } from '../checkpoints/failure.ts'
import { maxTextBytes } from '../model-files.ts'
import { decodeSafetensors } from '../safetensors/safetensors.ts'
import type { RawTensor } from '../tensors/raw-tensor.ts'

/** What a model folder holds. */
export interface ModelFolder {
  /** The parsed `config.json`, unchecked: parse it with a schema. */
  readonly config: unknown
  /** The weights by name. */
  readonly tensors: Record<string, RawTensor>
  /** Text stored in the weights' file. */
  readonly metadata: Record<string, string>
  /** The text of `README.md`; empty when there is none. */
  readonly card: string
}

/** Options of {@link readModelFolder}. */
export interface ReadModelFolderOptions {
  /** Largest `model.safetensors` in bytes. @default 2 ** 31 - 1 */
  maxBytes?: number
  /** Follow links that lead out of the folder, as caches of model hubs have them. @default false */
  followLinks?: boolean
}

/**
 * Reads a model folder: `config.json`, `model.safetensors` and, if it is there, `README.md`. Sizes are checked before a file
 * is read, and links that lead out of the folder are refused.
 *
 * @throws GenError `file` when the folder or a file is missing, too large, not a file, a link out of it, or damaged.
 * @example
 * const { config, tensors } = await readModelFolder('digits')
 */
export async function readModelFolder(
  path: string,
  { maxBytes = 2 ** 31 - 1, followLinks = false }: ReadModelFolderOptions = {},
): Promise<ModelFolder> {
  const read = (name: string, limit: number): Promise<Uint8Array | undefined> =>
    readInside(path, name, limit, followLinks)
  const configBytes = required(path, 'config.json', await read('config.json', maxTextBytes))
  const card = await read('README.md', maxTextBytes)
  const model = required(path, 'model.safetensors', await read('model.safetensors', maxBytes))
  const text = new TextDecoder()
  let config: unknown
  try {
    config = JSON.parse(text.decode(configBytes))
  } catch (cause) {
    throw refusal('file', 'io.readModelFolder', {
      expected: `${join(path, 'config.json')} to be JSON`,
      got: 'something else',
      cause,
    })
  }
  return { config, ...decodeSafetensors(model), card: card ? text.decode(card) : '' }
}

async function readInside(
  path: string,
  name: string,
  limit: number,
  followLinks: boolean,
): Promise<Uint8Array | undefined> {
  const where = 'io.readModelFolder'
  const file = join(path, name)
  try {
    const folder = await realpath(path)
    const real = await realpath(file)
    if (!followLinks && relative(folder, real) !== name) {
      throw refusal('file', where, {
        expected: `${file} in the folder itself`,
        got: `a link to ${real}`,
        remedy: 'pass followLinks: true if you trust it',
      })
    }
    const stats = await stat(real)
    if (!stats.isFile()) throw refusal('file', where, { expected: `${file} to be a file`, got: 'something else' })
    if (stats.size > limit)
      throw refusal('file', where, { expected: `${file} to have at most ${limit} bytes`, got: stats.size })
    const data = await readFile(real)
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw failure(where, file, cause)
  }
}

function required(path: string, name: string, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes) return bytes
  throw refusal('file', 'io.readModelFolder', {
    expected: `${name} in ${path}`,
    got: 'none',
    remedy: 'a model folder holds config.json and model.safetensors',
  })
}
