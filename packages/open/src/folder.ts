/** The files of a folder, in Node; bundlers for browsers see no import of Node's modules. @module */
import { GenError, refusal } from '@gen/backend'
import type { ReadableFiles } from './readable-files.ts'
import { where } from './where.ts'

interface Modules {
  readonly fs: typeof import('node:fs/promises')
  readonly path: typeof import('node:path')
}

/**
 * Reads files of a folder. Sizes are looked at before a file is read, and links that lead out of the folder are refused.
 *
 * @throws GenError `config` outside of Node.
 */
export function folderFiles(folder: string, followLinks: boolean): ReadableFiles {
  const modules = nodeModules()
  const place = (name: string) => modules.path.join(folder, name)
  const read: ReadableFiles['read'] = async (name, maxBytes) => {
    try {
      return await readInside(modules, { folder, name, maxBytes, followLinks })
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      if (GenError.is(cause)) throw cause
      throw refusal('file', where, { expected: `to read ${place(name)}`, got: message, cause })
    }
  }
  return { read, place }
}

interface Request {
  readonly folder: string
  readonly name: string
  readonly maxBytes: number
  readonly followLinks: boolean
}

async function readInside(
  { fs, path }: Modules,
  { folder, name, maxBytes, followLinks }: Request,
): Promise<Uint8Array> {
  const file = path.join(folder, name)
  const real = await fs.realpath(file)
  if (!followLinks && path.relative(await fs.realpath(folder), real) !== path.normalize(name)) {
    const remedy = 'pass followLinks: true if you trust it'
    throw refusal('file', where, { expected: `${file} in the folder itself`, got: `a link to ${real}`, remedy })
  }
  const stats = await fs.stat(real)
  if (!stats.isFile()) throw refusal('file', where, { expected: `${file} to be a file`, got: 'something else' })
  if (stats.size > maxBytes) {
    throw refusal('file', where, { expected: `${file} to have at most ${maxBytes} bytes`, got: stats.size })
  }
  const bytes = await fs.readFile(real)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function nodeModules(): Modules {
  if (typeof globalThis.process?.getBuiltinModule === 'function') {
    return { fs: process.getBuiltinModule('node:fs/promises'), path: process.getBuiltinModule('node:path') }
  }
  throw refusal('config', where, {
    expected: 'files, for there are no folders outside of Node',
    got: 'a path',
    remedy: 'pass the files by name, or a function that reads one',
  })
}
