/** Trains with checkpoints in the browser's storage; a test kills the browser while it writes. */
import { key, useBackend } from '@gen/backend'
import { indexedDbStore, opfsStore } from '@gen/io/browser'
import { adamW, type CheckpointStore, fingerprint, fit, last, memoryStore } from '@gen/train'
import { lawBatches, regression } from '../../packages/train/src/fixtures/toy-models.ts'

declare global {
  /** What the page offers. */
  var trainAll: (names: string[]) => Promise<StoredRuns>
}

/** What is left of a run. */
export interface StoredRun {
  /** The weights in short. */
  readonly weights: string
  /** The bytes of each file of each checkpoint, in short. */
  readonly checkpoints: Record<string, string>
  /** The step that it went on after. */
  readonly from: number
}

/** All runs of a page. */
export interface StoredRuns {
  readonly runs: StoredRun[]
  /** What lies in the folder of the private file system. */
  readonly folder: string[]
}

const opfs = 'runs/killed'
const stores: Record<string, CheckpointStore> = {
  opfs: opfsStore(opfs),
  indexedDb: indexedDbStore('runs/killed'),
  memory: memoryStore(),
}

/** Trains from the last checkpoint to the end, and tells of every write as it begins; ballast makes it long enough to be hit. */
async function train(name: string): Promise<StoredRun> {
  const store = stores[name]!
  const from = (await store.list()).at(-1) ?? 0
  const slow: CheckpointStore = {
    ...store,
    save(step, files) {
      console.log(`writing ${name} ${step}`)
      return store.save(step, { ...files, ballast: new Uint8Array(2 ** 23).fill(step) })
    },
  }
  const model = regression({ noise: 0.2 })
  const optimizer = adamW({ learningRate: 0.01 })
  const checkpoints = { store: slow, every: 10, keep: 2 }
  const options = { steps: 240, optimizer, key: key(1), ema: 0.99, accumulate: 2, checkpoints, resume: true }
  await last(fit(model, lawBatches(), options))
  const saved: Record<string, string> = {}
  for (const step of await store.list()) {
    for (const [file, bytes] of Object.entries(await store.load(step))) {
      saved[`${step} ${file}`] = await digest(file === 'state.json' ? withoutNames(bytes) : bytes)
    }
  }
  return { weights: await fingerprint(model), checkpoints: saved, from }
}

/** tfjs numbers its variables through the page; the state keeps the names for people. */
function withoutNames(state: Uint8Array): Uint8Array {
  const { names, ...rest } = JSON.parse(new TextDecoder().decode(state))
  return new TextEncoder().encode(JSON.stringify(rest))
}

async function digest(bytes: Uint8Array): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Trains all at once. */
globalThis.trainAll = async (names) => {
  await useBackend('cpu')
  const runs = await Promise.all(names.map(train))
  let directory = await navigator.storage.getDirectory()
  for (const name of opfs.split('/')) directory = await directory.getDirectoryHandle(name, { create: true })
  const folder: string[] = []
  for await (const name of directory.keys()) folder.push(name)
  return { runs, folder }
}
