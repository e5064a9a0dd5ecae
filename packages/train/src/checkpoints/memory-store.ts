/** Checkpoints in memory. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** The most checkpoints that stay. @default Infinity */
  readonly entries?: number
  /** The most bytes of files that stay; the first and the last checkpoint stay in any case. @default Infinity */
  readonly bytes?: number
}

/**
 * Keeps checkpoints in memory: for tests, and for browsers that need to go back but not to survive a reload.
 *
 * With `entries` or `bytes` it thins: where there are too many, the one goes whose neighbors are closest to each other, so that
 * those that stay lie evenly over the whole run, however long it gets. The first and the last always stay.
 *
 * @throws GenError `value` or `range` for bounds that leave no room for the first and the last; `file` from `load` for a step
 * that is not there.
 * @example
 * fit(model, batches, { steps: 100, optimizer: adamW(), key: key(0), checkpoints: { store: memoryStore(), every: 10 } })
 * // To go back to anywhere in a long run, in 32 MB; `keep` leaves the choice to the store:
 * const checkpoints = { store: memoryStore({ entries: 64, bytes: 32e6 }), every: 50, keep: 64 }
 */
export function memoryStore({
  entries = Number.POSITIVE_INFINITY,
  bytes = Number.POSITIVE_INFINITY,
}: MemoryStoreOptions = {}): CheckpointStore {
  if (entries !== Number.POSITIVE_INFINITY) assertInteger(where, 'entries', entries, { min: 2 })
  if (bytes !== Number.POSITIVE_INFINITY) assertInteger(where, 'bytes', bytes, { min: 1 })
  const saved = new Map<number, Record<string, Uint8Array>>()
  const list = () => [...saved.keys()].sort((a, b) => a - b)
  const thin = () => {
    while (saved.size > entries || (saved.size > 2 && sizeOf(saved) > bytes)) saved.delete(closest(list()))
  }
  return {
    async save(step, files) {
      saved.set(step, Object.fromEntries(Object.entries(files).map(([name, data]) => [name, data.slice()])))
      thin()
      return `memory:${step}`
    },
    list: async () => list(),
    async load(step) {
      const files = saved.get(step)
      if (files) return files
      throw refusal('file', where, { expected: `a step among ${list().join(', ') || 'none'}`, got: step })
    },
    async remove(step) {
      saved.delete(step)
    },
  }
}

const where = 'train.memoryStore'

/** Of three or more steps, the one between the first and the last whose absence leaves the smallest gap. */
function closest(steps: readonly number[]): number {
  let best = 1
  const gap = (i: number) => steps[i + 1]! - steps[i - 1]!
  for (let i = 2; i < steps.length - 1; i++) if (gap(i) < gap(best)) best = i
  return steps[best]!
}

function sizeOf(saved: ReadonlyMap<number, Readonly<Record<string, Uint8Array>>>): number {
  let total = 0
  for (const files of saved.values()) for (const data of Object.values(files)) total += data.length
  return total
}
