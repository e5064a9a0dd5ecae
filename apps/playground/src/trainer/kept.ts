/** Keyframes in the browser's storage: a reload goes on from them. @module */
import type { CheckpointStore } from '@gen/model'
import type { Run } from '../run/run.ts'

/** A checkpoint's files by name. */
export type Files = Readonly<Record<string, Uint8Array>>

/** The keyframes of one run that outlive the page. */
export interface Kept {
  /** The last one at or before a step, and after another, that this run comes to. */
  between(run: Run, after: number, to: number): Promise<{ step: number; files: Files } | undefined>
  /** Keeps one; of those before it none is needed. */
  put(run: Run, step: number, files: Files): Promise<void>
}

/** The name of the store of a run's keyframes. */
export const storeName = (name: string): string => `gen-playground/runs/${encodeURIComponent(name)}`

/** The file that tells which edits a keyframe followed. */
const tapeFile = 'tape.json'

/** Keyframes in a store; what fails is told once, and then nothing more is kept. */
export function kept(store: CheckpointStore, troubled: (error: unknown) => void): Kept {
  let whole = true
  const attempt = async <T>(task: () => Promise<T>): Promise<T | undefined> => {
    if (!whole) return undefined
    try {
      return await task()
    } catch (error) {
      whole = false
      troubled(error)
      return undefined
    }
  }
  return {
    between: (run, after, to) =>
      attempt(async () => {
        const steps = (await store.list()).filter((step) => step > after && step <= to)
        for (const step of steps.reverse()) {
          const files = await store.load(step).catch(() => undefined)
          if (files && isOf(run, step, files)) return { step, files }
        }
        return undefined
      }),
    async put(run, step, files) {
      await attempt(async () => {
        await store.save(step, withTape(run, step, files))
        // A later one stays: begun again, the same run comes to it.
        for (const other of await store.list()) if (other < step) await store.remove(other)
      })
    },
  }
}

/** The files, with the edits that they followed. */
export function withTape(run: Run, step: number, files: Files): Record<string, Uint8Array> {
  return { ...files, [tapeFile]: new TextEncoder().encode(tapeBefore(run, step)) }
}

function isOf(run: Run, step: number, { [tapeFile]: tape }: Files): boolean {
  return tape !== undefined && new TextDecoder().decode(tape) === tapeBefore(run, step)
}

const tapeBefore = ({ tape }: Run, step: number): string => JSON.stringify(tape.filter((edit) => edit.step < step))
