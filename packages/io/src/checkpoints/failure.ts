/** Errors of storage as ours. @module */
import { GenError, refusal } from '@gen/backend'

const full = new Set(['ENOSPC', 'EDQUOT', 'QuotaExceededError'])

/** An error of a file system, or of a browser's storage, as a {@link GenError}; what is one already stays. */
export function failure(where: string, what: string, cause: unknown): GenError {
  if (GenError.is(cause)) return cause
  const { code, name, message } = cause as NodeJS.ErrnoException
  // Node says it by `code`, browsers by `name`; there `code` is a number.
  const reason = typeof code === 'string' ? code : name
  if (full.has(reason)) {
    return refusal('file', where, {
      expected: `room for ${what}`,
      got: `a full disk (${reason})`,
      remedy: 'free some space; what was saved before is kept',
      cause,
    })
  }
  return refusal('file', where, { expected: `to reach ${what}`, got: message, cause })
}
