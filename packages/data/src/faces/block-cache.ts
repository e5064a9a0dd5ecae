/** Blocks of bytes kept in a folder between runs. Node only. @module */
import { makeFolder } from '@gen/io'
import { nodeModule } from '../readers/host.ts'

/** Gives the block with a number: from its file where that is whole, else from `make`, and then keeps it. */
export type BlockCache = (number: number, make: () => Uint8Array | Promise<Uint8Array>) => Promise<Uint8Array>

const remedy = 'pass cache: false'
const digestBytes = 32

/**
 * Opens a cache of blocks of `blockBytes` in a folder. A file is the block and its SHA-256; one of another length or another
 * content is made anew. A file appears under its name only when it is whole, so processes may share the folder. A folder that
 * cannot be written to keeps nothing and breaks nothing.
 */
export function blockCache(where: string, folder: string, blockBytes: number): BlockCache {
  const { join } = nodeModule(where, 'node:path', remedy)
  const { readFile, rename, rm, writeFile } = nodeModule(where, 'node:fs/promises', remedy)
  const { createHash, randomUUID } = nodeModule(where, 'node:crypto', remedy)
  const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const file = await readFile(path).catch(() => undefined)
    if (file?.length !== blockBytes + digestBytes) return undefined
    const block = file.subarray(0, blockBytes)
    return digest(block).equals(file.subarray(blockBytes)) ? block : undefined
  }
  const write = async (path: string, block: Uint8Array): Promise<void> => {
    const temporary = `${path}.${randomUUID()}`
    try {
      await makeFolder(folder)
      await writeFile(temporary, Buffer.concat([block, digest(block)]))
      await rename(temporary, path)
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }
  return async (number, make) => {
    const path = join(folder, `${number}.block`)
    const kept = await read(path)
    if (kept) return kept
    const block = await make()
    await write(path, block)
    return block
  }
}

/** The folder for what programs may lose: `~/.cache`, on macOS `~/Library/Caches`, on Windows `%LOCALAPPDATA%`. */
export function userCacheFolder(where: string): string {
  const { homedir } = nodeModule(where, 'node:os', remedy)
  const { join } = nodeModule(where, 'node:path', remedy)
  const { env, platform } = process
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  if (platform === 'win32' && env.LOCALAPPDATA) return env.LOCALAPPDATA
  return join(homedir(), '.cache')
}
