/** Checkpoints in a database of the browser. @module */
import { refusal } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'
import { storeOf } from './store-of.ts'

/**
 * Keeps checkpoints in an IndexedDB database of their own, each in one transaction that is on the disk before `save` resolves:
 * whenever the page, its worker or the browser stops, every listed checkpoint is whole. Runs in pages and workers of every browser,
 * without https too.
 *
 * @param name The database's name, as `runs/digits`; made when it is first used.
 * @throws GenError `value` for an empty name; from its functions `file` when the quota is used up (earlier checkpoints are kept),
 * where there is no IndexedDB, and when a loaded checkpoint is missing or corrupt; `value` or `range` for a bad step.
 * @see Indexed Database API 3.0 (W3C, 2025) https://www.w3.org/TR/IndexedDB-3
 * @example
 * const store = indexedDbStore('runs/digits')
 * const checkpoints = { store, every: 500 } // for fit, with resume: true
 */
export function indexedDbStore(name: string): CheckpointStore {
  if (name === '') throw refusal('value', where, { expected: "a name such as 'runs/digits'", got: "''" })
  const read = <T>(act: (table: IDBObjectStore) => IDBRequest<T>) => transact(name, 'readonly', act)
  const write = <T>(act: (table: IDBObjectStore) => IDBRequest<T>) => transact(name, 'readwrite', act)
  return storeOf(where, {
    async write(step, bytes) {
      await write((table) => table.put(bytes, step))
      return `indexeddb:${name}/${step}`
    },
    async steps() {
      const keys = await read((table) => table.getAllKeys())
      return keys.filter((key) => typeof key === 'number')
    },
    async read(step) {
      const bytes: unknown = await read((table) => table.get(step))
      if (bytes === undefined || bytes instanceof Uint8Array) return bytes
      throw refusal('file', where, { expected: `bytes at step ${step} of ${name}`, got: 'something else' })
    },
    remove: (step) => write((table) => table.delete(step)),
  })
}

const where = 'io.indexedDbStore'
const table = 'checkpoints'

/** One transaction of one request; resolves to its result when all of it is on the disk. */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  act: (table: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open(name)
  try {
    const transaction = database.transaction(table, mode, { durability: 'strict' })
    const request = act(transaction.objectStore(table))
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? request.error)
    })
    return request.result
  } finally {
    database.close()
  }
}

async function open(name: string): Promise<IDBDatabase> {
  const { indexedDB } = globalThis
  if (!indexedDB) throw refusal('file', where, { expected: 'a browser with IndexedDB', got: 'none' })
  const request = indexedDB.open(name)
  request.onupgradeneeded = () => request.result.createObjectStore(table)
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
