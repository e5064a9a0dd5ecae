/** Folders, made with the reason why not. @module */
import { refusal } from '@gen/backend'

/** Node's own modules; bundlers for browsers see no import of them. */
function nodeFiles() {
  if (typeof globalThis.process?.getBuiltinModule !== 'function')
    throw refusal('config', 'io.makeFolder', { expected: 'to run in Node', got: 'a browser' })
  const { mkdir, stat } = process.getBuiltinModule('node:fs/promises')
  return { mkdir, stat, dirname: process.getBuiltinModule('node:path').dirname }
}

/**
 * Makes a folder and those that lead to it. Node's own `recursive` calls a read-only disk a missing folder, and does not
 * end below `/proc`. Node only.
 *
 * @returns of those made the topmost, or undefined where the folder was there.
 * @throws GenError `config` in a browser; the error of the file system where a folder cannot be made.
 * @example
 * await makeFolder('runs/digits')
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const { mkdir, stat, dirname } = nodeFiles()
  try {
    await mkdir(path)
    return path
  } catch (error) {
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) return undefined
    const parent = dirname(path)
    const orphan = (await stat(parent).catch(() => undefined)) === undefined
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !orphan) throw error
    const made = await makeFolder(parent)
    return (await makeFolder(path)) === undefined ? made : (made ?? path)
  }
}
