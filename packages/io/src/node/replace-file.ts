/** Files that are replaced whole: a reader finds the old ones or the new ones. @module */
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolderDurably, syncFolder, writeDurably } from './durable.ts'
import { discard, staleTemporaries, temporaryName } from './temporary-names.ts'

type NamedFile = readonly [name: string, bytes: Uint8Array]

/**
 * Writes files into a folder, replacing those of the same names and leaving others alone. All are on the disk under
 * temporary names before the first is renamed, in the order given; where one cannot be, the old ones come back.
 */
export async function replaceFiles(folder: string, files: readonly NamedFile[]): Promise<void> {
  await makeFolderDurably(folder)
  for (const { name } of await staleTemporaries(folder)) await discard(join(folder, name))
  const temporary = join(folder, temporaryName('files', 0))
  try {
    await mkdir(temporary)
    for (const [name, bytes] of files) await writeDurably(join(temporary, name), bytes)
    await renameAll(temporary, folder, files)
  } finally {
    await discard(temporary)
  }
}

async function renameAll(from: string, to: string, files: readonly NamedFile[]): Promise<void> {
  const undo: (() => Promise<void>)[] = []
  try {
    for (const [name] of files) {
      const restore = await keep(join(to, name), join(from, `old-${name}`))
      await rename(join(from, name), join(to, name))
      undo.push(restore)
    }
    await syncFolder(to)
  } catch (error) {
    for (const restore of undo.reverse()) await restore().catch(() => {})
    throw error
  }
}

/** Keeps a file under another name, and gives what brings it back. A second name costs nothing where there can be one. */
async function keep(file: string, kept: string): Promise<() => Promise<void>> {
  try {
    await link(file, kept).catch(() => copyFile(file, kept))
    return () => rename(kept, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return () => rm(file)
  }
}
