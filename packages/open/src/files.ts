/** Where the files of a model are: in a folder, in memory, or wherever a function finds them. @module */
import { GenError, refusal } from '@gen/backend'
import { folderFiles } from './folder.ts'
import type { ReadableFiles } from './readable-files.ts'
import { where } from './where.ts'

/**
 * The files of a model folder or of a run in memory by their names, or a function that reads one: `config.json`,
 * `model.safetensors`; of a run `model/config.json`, `model/model.safetensors`. The function gives nothing for a file that is not there.
 */
export type ModelFiles =
  | Readonly<Record<string, Uint8Array>>
  | ((name: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>)

/**
 * Files from wherever they are.
 *
 * @throws GenError `value` for what is no place of files; from the reader `file` for what is no file, is larger, or cannot be read.
 */
export function filesOf(source: string | ModelFiles, followLinks: boolean): ReadableFiles {
  const given: unknown = source
  if (typeof given === 'string') return folderFiles(given, followLinks)
  if (typeof source === 'function') return fromMemory((name) => source(name))
  if (typeof given === 'object' && given !== null && !ArrayBuffer.isView(given)) {
    return fromMemory((name) => (Object.hasOwn(given, name) ? Reflect.get(given, name) : undefined))
  }
  throw refusal('value', where, {
    expected: 'a folder, its files by name, or a function that reads one',
    got: ArrayBuffer.isView(given) ? 'one file' : given === null ? 'null' : typeof given,
    remedy: "pass { 'config.json': bytes, 'model.safetensors': bytes }",
  })
}

function fromMemory(find: (name: string) => unknown): ReadableFiles {
  const read: ReadableFiles['read'] = async (name, maxBytes) => {
    const bytes = await readOrFail(name, find)
    if (bytes === undefined || bytes === null) return undefined
    if (!(bytes instanceof Uint8Array)) {
      const remedy = 'wrap what fetch gives: new Uint8Array(await response.arrayBuffer())'
      throw refusal('file', where, { expected: `${name} as a Uint8Array`, got: typeof bytes, remedy })
    }
    if (bytes.length <= maxBytes) return bytes
    throw refusal('file', where, { expected: `${name} of at most ${maxBytes} bytes`, got: bytes.length })
  }
  return { read, place: (name) => name }
}

async function readOrFail(name: string, find: (name: string) => unknown): Promise<unknown> {
  try {
    return await find(name)
  } catch (cause) {
    if (GenError.is(cause)) throw cause
    const got = cause instanceof Error ? cause.message : String(cause)
    throw refusal('file', where, { expected: `to read ${name}`, got, cause })
  }
}
