/** Saving a checkpoint: all of it or nothing. @module */
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { assertInteger } from '@gen/backend'
import { failure } from '../checkpoints/failure.ts'
import { stepName } from '../checkpoints/step-name.ts'
import { makeFolderDurably, syncFolder } from './durable.ts'
import { assertFileName, manifestBytes, manifestName } from './manifest.ts'
import { discard, staleTemporaries, temporaryName } from './temporary-names.ts'

/** Writes a new file and returns once it is on the disk. */
export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>

/** Writes a checkpoint's folder under a temporary name, flushes it, and renames it into place. */
export async function saveCheckpoint(
  path: string,
  write: WriteFile,
  step: number,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string> {
  const where = 'io.folderStore.save'
  assertInteger(where, 'step', step, { min: 0 })
  for (const name of Object.keys(files)) assertFileName(where, name)
  const manifest = manifestBytes(where, step, files)
  const target = join(path, stepName(step))
  const temporary = join(path, temporaryName('save', step))
  try {
    await makeFolderDurably(path)
    await recover(path)
    await mkdir(temporary)
    for (const [name, data] of Object.entries(files)) await write(join(temporary, name), data)
    await write(join(temporary, manifestName), manifest)
    await syncFolder(temporary)
    await replace(path, temporary, step)
    return target
  } catch (cause) {
    await discard(temporary)
    throw failure(where, `step ${step}`, cause)
  }
}

/** Renames the new folder into place; one that is there already moves aside first and comes back if that fails. */
async function replace(path: string, temporary: string, step: number): Promise<void> {
  const target = join(path, stepName(step))
  const aside = join(path, temporaryName('aside', step))
  const existed = await rename(target, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
  let replaced = false
  try {
    await rename(temporary, target)
    replaced = true
    await syncFolder(path)
  } catch (error) {
    if (replaced) await rename(target, temporary).catch(() => {})
    if (existed) await rename(aside, target).catch(() => {})
    throw error
  }
  if (existed) await discard(aside)
}

/** Clears up after killed processes: half-written folders go; one that was moved aside and not replaced comes back. */
export async function recover(path: string): Promise<void> {
  for (const { name, use, step } of await staleTemporaries(path)) {
    const back =
      use === 'aside'
        ? await rename(join(path, name), join(path, stepName(step))).then(
            () => true,
            () => false,
          )
        : false
    if (!back) await discard(join(path, name))
  }
}
