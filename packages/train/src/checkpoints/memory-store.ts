/** Checkpoints in memory. @module */
import { refusal } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'

/**
 * Keeps checkpoints in memory: for tests, and for browsers that need to go back but not to survive a reload.
 *
 * @throws GenError `file` from `load` for a step that is not there.
 * @example
 * fit(model, batches, { steps: 100, optimizer: adamW(), key: key(0), checkpoints: { store: memoryStore(), every: 10 } })
 */
export function memoryStore(): CheckpointStore {
  const saved = new Map<number, Record<string, Uint8Array>>()
  const list = () => [...saved.keys()].sort((a, b) => a - b)
  return {
    async save(step, files) {
      saved.set(step, Object.fromEntries(Object.entries(files).map(([name, data]) => [name, data.slice()])))
      return `memory:${step}`
    },
    list: async () => list(),
    async load(step) {
      const files = saved.get(step)
      if (files) return files
      throw refusal('file', 'train.memoryStore', { expected: `a step among ${list().join(', ') || 'none'}`, got: step })
    },
    async remove(step) {
      saved.delete(step)
    },
  }
}
