/** What saving, loading and listing checkpoints share: names, sizes, errors. @module */
import { stat } from 'node:fs/promises'
import { GenError, refusal } from '@gen/backend'

const stepName = /^step-(\d{8,})$/

/** The step that a folder's name says, if it is a checkpoint's. */
export function stepOf(name: string): number | undefined {
  const step = Number(stepName.exec(name)?.[1])
  return folderName(step) === name ? step : undefined
}

/** The folder of a step. */
export function folderName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`
}

/** A regular file's size; `undefined` when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isFile() ? stats.size : undefined
}

/** An error of the file system as a {@link GenError}; what is one already stays. */
export function failure(where: string, what: string, cause: unknown): GenError {
  if (GenError.is(cause)) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return refusal('file', where, {
      expected: `room for ${what}`,
      got: `a full disk (${code})`,
      remedy: 'free some space; what was saved before is kept',
      cause,
    })
  }
  return refusal('file', where, { expected: `to reach ${what}`, got: message, cause })
}
