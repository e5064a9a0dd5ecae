/** Checkpoints wherever a browser keeps them. @module */
import type { CheckpointStore } from '@gen/model'
import { indexedDbStore } from './indexed-db-store.ts'
import { hasWritableFiles, opfsStore } from './opfs-store.ts'

/**
 * {@link opfsStore} where the browser has such files, {@link indexedDbStore} elsewhere: for pages that must run in all of them.
 *
 * @param name Names joined by `/`, as `runs/digits`; made when the first checkpoint is saved.
 * @throws GenError as the store that it is.
 * @example
 * const store = browserStore('runs/digits')
 * const checkpoints = { store, every: 500 } // for fit, with resume: true
 */
export function browserStore(name: string): CheckpointStore {
  return hasWritableFiles() ? opfsStore(name) : indexedDbStore(name)
}
