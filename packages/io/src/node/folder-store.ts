/** Checkpoints in a folder. @module */
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { assertInteger } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'
import { failure } from '../checkpoints/failure.ts'
import { stepName, stepOf } from '../checkpoints/step-name.ts'
import { syncFolder, writeDurably } from './durable.ts'
import { loadCheckpoint } from './load-checkpoint.ts'
import { manifestName } from './manifest.ts'
import { recover, saveCheckpoint, type WriteFile } from './save-checkpoint.ts'
import { sizeOf } from './size-of.ts'
import { discard, temporaryName } from './temporary-names.ts'

/**
 * Keeps checkpoints in `path`, each in a folder `step-00001234` with a manifest of sizes and SHA-256 checksums.
 *
 * A checkpoint is written under a temporary name, flushed to the disk and then renamed: whenever the process or the machine
 * stops, every listed checkpoint is whole. What a killed process left behind is cleaned up by the next `save`.
 *
 * @param path The folder; made when the first checkpoint is saved.
 * @throws GenError from its functions: `file` when the disk is full (earlier checkpoints are kept) or another error of the
 * file system occurs, and when a loaded checkpoint is missing, truncated or corrupt; `value` or `range` for a bad step.
 * @example
 * const store = folderStore('runs/digits/checkpoints')
 * await store.save(100, { 'model.safetensors': encodeSafetensors(weights) })
 * const [latest = 0] = (await store.list()).reverse()
 * const files = await store.load(latest)
 */
export function folderStore(path: string): CheckpointStore {
  return storeWith(path, writeDurably)
}

/** {@link folderStore} with the function that writes its files, so that tests can make a disk fail. */
export function storeWith(path: string, write: WriteFile): CheckpointStore {
  return {
    save: (step, files) => saveCheckpoint(path, write, step, files),
    list: () => list(path),
    load: (step) => loadCheckpoint(path, step, () => list(path)),
    remove: (step) => remove(path, step),
  }
}

async function list(path: string): Promise<number[]> {
  const where = 'io.folderStore.list'
  try {
    await recover(path)
    const steps: number[] = []
    for (const name of await readdir(path)) {
      const step = stepOf(name)
      if (step !== undefined && (await sizeOf(join(path, name, manifestName))) !== undefined) steps.push(step)
    }
    return steps.sort((a, b) => a - b)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw failure(where, path, cause)
  }
}

/** Renamed first, so that no one finds a checkpoint that is half removed. */
async function remove(path: string, step: number): Promise<void> {
  const where = 'io.folderStore.remove'
  assertInteger(where, 'step', step, { min: 0 })
  const doomed = join(path, temporaryName('remove', step))
  try {
    await rename(join(path, stepName(step)), doomed)
    // Else a machine that stops could keep the name and lose the files.
    await syncFolder(path)
    await discard(doomed)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw failure(where, `step ${step}`, cause)
  }
}
