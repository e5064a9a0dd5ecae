/** What holds for a store of checkpoints in a browser, whatever it keeps them in. */
import { GenError, key, uniformArray } from '@gen/backend'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { browserStore, indexedDbStore, opfsStore } from '../browser.ts'

const files = (seed: number, size = 5000): Record<string, Uint8Array> => ({
  'model.safetensors': Uint8Array.from({ length: size }, (_, i) => i * seed),
  'state.json': new TextEncoder().encode(`{"seed":${seed}}`),
  empty: new Uint8Array(0),
})

let count = 0
/** Of its own for each test. */
const fresh = () => `laws/${Date.now()}-${count++}`

async function failureOf(promise: Promise<unknown>): Promise<GenError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  if (!GenError.is(error)) throw new Error(`expected a GenError, got ${error}`)
  return error
}

/** Puts bytes where a store keeps a step's, past the store. */
const places: Record<string, (name: string, step: number, bytes: Uint8Array<ArrayBuffer>) => Promise<void>> = {
  async opfsStore(path, step, bytes) {
    let folder = await navigator.storage.getDirectory()
    for (const name of path.split('/')) folder = await folder.getDirectoryHandle(name, { create: true })
    const handle = await folder.getFileHandle(`step-${String(step).padStart(8, '0')}.safetensors`, { create: true })
    const writable = await handle.createWritable()
    await writable.write(bytes)
    await writable.close()
  },
  async indexedDbStore(name, step, bytes) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.open(name)
      request.onsuccess = () => {
        const put = request.result.transaction('checkpoints', 'readwrite').objectStore('checkpoints').put(bytes, step)
        put.onsuccess = resolve
        put.onerror = reject
        request.result.close()
      }
    })
  },
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe.each([
  ['opfsStore', opfsStore],
  ['indexedDbStore', indexedDbStore],
])('%s', (_, make) => {
  it('loads what was saved, lists steps in order and forgets what is removed', async () => {
    const name = fresh()
    const store = make(name)
    expect(await store.list()).toEqual([])
    await store.remove(1)
    for (const step of [300, 2, 123_456_789]) expect(await store.save(step, files(step))).toContain(name)
    expect(await make(name).list()).toEqual([2, 300, 123_456_789])
    expect(await make(name).load(300)).toEqual(files(300))
    await store.remove(300)
    await store.remove(300)
    expect(await store.list()).toEqual([2, 123_456_789])
    expect((await failureOf(store.load(300))).message).toBe(
      `io.${make.name}.load: expected a checkpoint of step 300, got steps 2, 123456789`,
    )
    expect(await make(fresh()).list()).toEqual([])
  })

  it('keeps files whose names objects have by themselves, and paths, which lead nowhere', async () => {
    const store = make(fresh())
    const named = { constructor: Uint8Array.of(1), toString: Uint8Array.of(3), '../../escape': Uint8Array.of(4) }
    await store.save(1, named)
    expect(await store.load(1)).toEqual(named)
  })

  it('replaces a checkpoint of the same step, and keeps what was given, not what became of it', async () => {
    const store = make(fresh())
    await store.save(5, files(1))
    const data = Uint8Array.of(9)
    const saved = store.save(5, { only: data })
    data[0] = 1
    await saved
    expect(await store.load(5)).toEqual({ only: Uint8Array.of(9) })
  })

  it('takes saves at once, of different steps and of the same', async () => {
    const [name, steps] = [fresh(), [1, 2, 3, 4]]
    await Promise.all(steps.map((step) => make(name).save(step, files(step))))
    expect(await Promise.all(steps.map((step) => make(name).load(step)))).toEqual(steps.map((step) => files(step)))
    await Promise.all(steps.map((seed) => make(name).save(7, files(seed))))
    expect(steps.map((seed) => files(seed))).toContainEqual(await make(name).load(7))
  })

  it('refuses a step that is no natural number, and a name that is none', async () => {
    expect((await failureOf(make(fresh()).save(-1, {}))).code).toBe('range')
    expect((await failureOf(make(fresh()).load(1.5))).code).toBe('value')
    expect(() => make('')).toThrow(`io.${make.name}: expected a`)
  })

  it('refuses bytes that are torn, changed or of another step, and the others stay', async () => {
    const name = fresh()
    const store = make(name)
    for (const step of [1, 2]) await store.save(step, files(step))
    const whole = await bytesOf(make, name, 2)
    const flipped = whole.slice()
    flipped[whole.length - 100]! ^= 1
    const damages: [Uint8Array<ArrayBuffer>, RegExp][] = [
      [
        whole.slice(0, -1),
        /a checkpoint of step 2, got \d+ bytes that are none .*truncated.*resume from an earlier one/,
      ],
      [whole.slice(0, 3), /a checkpoint of step 2, got 3 bytes that are none/],
      [flipped, /to match its checksum, got other bytes; the checkpoint is damaged/],
      [await bytesOf(make, name, 1), /a checkpoint of step 2, got step 1/],
    ]
    for (const [bytes, message] of damages) {
      await places[make.name]!(name, 2, bytes)
      const error = await failureOf(store.load(2))
      expect([error.code, error.message]).toEqual(['file', expect.stringMatching(message)])
    }
    expect(await store.load(1)).toEqual(files(1))
  })

  it('says when the quota is used up, and what was saved before stays', async () => {
    const { indexedDB, getDirectory } = await smallBucket(3e6)
    vi.stubGlobal('indexedDB', indexedDB)
    vi.spyOn(navigator.storage, 'getDirectory').mockImplementation(getDirectory)
    const store = make(fresh())
    await store.save(1, files(1))
    const big = new Uint8Array(uniformArray(key(0), 2e6, 1).buffer) // nothing to compress
    for (const step of [1, 2]) {
      const error = await failureOf(store.save(step, { big }))
      const full = `room for step ${step}, got a full disk (QuotaExceededError)`
      const message = `io.${make.name}.save: expected ${full}; free some space; what was saved before is kept`
      expect([error.code, error.message]).toEqual(['file', message])
    }
    expect(await store.list()).toEqual([1])
    expect(await store.load(1)).toEqual(files(1))
    await store.save(2, files(2))
    expect(await store.list()).toEqual([1, 2])
  })
})

describe('browserStore', () => {
  it('keeps in files, and where a browser has none in a database', async () => {
    expect(await browserStore(fresh()).save(1, files(1))).toMatch(/^opfs:/)
    vi.spyOn(navigator, 'storage', 'get').mockReturnValue({} as StorageManager)
    const name = fresh()
    expect(await browserStore(name).save(1, files(1))).toMatch(/^indexeddb:/)
    expect(await browserStore(name).load(1)).toEqual(files(1))
  })
})

interface Bucket {
  readonly indexedDB: IDBFactory
  getDirectory(): Promise<FileSystemDirectoryHandle>
}

/** Storage with a quota of its own: https://wicg.github.io/storage-buckets */
async function smallBucket(quota: number): Promise<Bucket> {
  const { storageBuckets } = navigator as unknown as {
    storageBuckets: { open(name: string, options: { quota: number }): Promise<Bucket> }
  }
  const bucket = await storageBuckets.open(fresh().replace('/', '-'), { quota })
  return { indexedDB: bucket.indexedDB, getDirectory: () => bucket.getDirectory() }
}

/** The bytes that a store keeps for a step. */
async function bytesOf(make: typeof opfsStore, name: string, step: number): Promise<Uint8Array<ArrayBuffer>> {
  if (make === indexedDbStore) {
    return new Promise((resolve) => {
      const request = indexedDB.open(name)
      request.onsuccess = () => {
        const get = request.result.transaction('checkpoints').objectStore('checkpoints').get(step)
        get.onsuccess = () => resolve(get.result)
        request.result.close()
      }
    })
  }
  let folder = await navigator.storage.getDirectory()
  for (const part of name.split('/')) folder = await folder.getDirectoryHandle(part)
  const handle = await folder.getFileHandle(`step-${String(step).padStart(8, '0')}.safetensors`)
  return new Uint8Array(await (await handle.getFile()).arrayBuffer())
}
