/** Files that a command leaves: whole or not at all. @module */
import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '@gen/io/node'
import { fileError } from './file-error.ts'

/**
 * Writes a file and the folders that lead to it; a file that is there already stays as it is until the new one is on the
 * disk. A device or a pipe is written to.
 *
 * @throws GenError 'file' for a full disk, a place that cannot be written, or a folder of that name.
 */
export async function writeOutput(command: string, path: string, content: Uint8Array | string): Promise<void> {
  try {
    await makeFolder(dirname(path))
    const target = await realpath(path).catch(() => path)
    const special = await stat(target).then(
      (found) => !found.isFile(),
      () => false,
    )
    if (special) await writeFile(target, content)
    else await replaceFile(target, content)
  } catch (cause) {
    throw fileError(command, path, cause)
  }
}

async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}-${randomUUID()}`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}
