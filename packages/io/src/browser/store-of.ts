/** A store of checkpoints over any place that keeps bytes by number. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { CheckpointStore } from '@gen/model'
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoints/checkpoint-file.ts'
import { failure } from '../checkpoints/failure.ts'

/** What a place must be able to do; its own errors become ours. */
export interface Place {
  /** Puts bytes under a step, all or none; gives a name of where they are. */
  write(step: number, bytes: Uint8Array): Promise<string>
  /** The steps that have bytes, in any order. */
  steps(): Promise<number[]>
  read(step: number): Promise<Uint8Array | undefined>
  /** One that is not there is no error. */
  remove(step: number): Promise<void>
}

/** Makes a store of a place: a checkpoint is one file with checksums. `name` is said in errors. */
export function storeOf(name: string, place: Place): CheckpointStore {
  const attempt = async <T>(verb: string, step: number | undefined, act: (where: string) => Promise<T>): Promise<T> => {
    const where = `${name}.${verb}`
    if (step !== undefined) assertInteger(where, 'step', step, { min: 0 })
    try {
      return await act(where)
    } catch (cause) {
      throw failure(where, step === undefined ? 'the checkpoints' : `step ${step}`, cause)
    }
  }
  const list = async () => (await place.steps()).sort((a, b) => a - b)
  return {
    save: (step, files) => attempt('save', step, () => place.write(step, encodeCheckpoint(step, files))),
    list: () => attempt('list', undefined, list),
    load: (step) =>
      attempt('load', step, async (where) => {
        const bytes = await place.read(step)
        if (bytes) return decodeCheckpoint(where, step, bytes)
        const got = (await list()).join(', ')
        throw refusal('file', where, { expected: `a checkpoint of step ${step}`, got: got ? `steps ${got}` : 'none' })
      }),
    remove: (step) => attempt('remove', step, () => place.remove(step)),
  }
}
