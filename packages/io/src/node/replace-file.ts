/** Files that are replaced whole: a reader finds the old ones or the new ones. @module */
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeDurably } from './durable.ts'
import { discard, staleTemporaries, temporaryName } from './temporary-names.ts'

/**
 * Writes files into a folder, replacing those of the same names and leaving others alone. All are on the disk under
 * temporary names before the first is renamed, in the order given.
 */
export async function replaceFiles(
  folder: string,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { name } of await staleTemporaries(folder)) await discard(join(folder, name))
  const temporary = join(folder, temporaryName('files', 0))
  try {
    await mkdir(temporary)
    for (const [name, bytes] of files) await writeDurably(join(temporary, name), bytes)
    for (const [name] of files) await rename(join(temporary, name), join(folder, name))
    await syncFolder(folder)
  } finally {
    await discard(temporary)
  }
}
