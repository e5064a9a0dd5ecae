/** What is kept of a training that may be interrupted, for the next try to go on from. @module */
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CheckpointStore, folderStore } from '@gen/io/node'
import { version } from '../version.ts'

/** Checkpoints of a training that nothing else waits for. */
export interface Unfinished {
  /** Where it cannot be written to, it keeps nothing and breaks nothing. */
  readonly store: CheckpointStore
  /** Forgets this training, and others that were left beside it. */
  clear(): Promise<void>
}

/** In `unfinished/` of a folder, by what is trained, as plain JSON, and by which version of us. */
export async function unfinished(folder: string, config: object): Promise<Unfinished> {
  const home = join(folder, 'unfinished')
  const name = JSON.stringify([config, await version()])
  const files = folderStore(join(home, createHash('sha256').update(name).digest('hex').slice(0, 16)))
  const store: CheckpointStore = {
    list: () => files.list().catch(() => []),
    load: files.load,
    remove: (step) => files.remove(step).catch(() => {}),
    save: (step, contents) => files.save(step, contents).catch(() => ''),
  }
  // What cannot be read is nothing to go on from.
  for (const step of await store.list()) await store.load(step).catch(() => store.remove(step))
  return { store, clear: () => rm(home, { recursive: true, force: true }).catch(() => {}) }
}
