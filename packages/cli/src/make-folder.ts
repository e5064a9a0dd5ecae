/** Folders, made with the reason why not. @module */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/**
 * Makes a folder and those that lead to it; of those made the topmost, or undefined. Node's own `recursive` calls a
 * read-only disk a missing folder, and does not end below `/proc`.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path)
    return path
  } catch (error) {
    if (await isFolder(path)) return undefined
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || (await exists(parent))) throw error
    const made = await makeFolder(parent)
    return (await makeFolder(path)) === undefined ? made : (made ?? path)
  }
}
