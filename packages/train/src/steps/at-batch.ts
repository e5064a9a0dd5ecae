/** Errors of a batch name it. @module */
import { GenError } from '@gen/backend'

/** The error, with the index of the batch that it came at; what is no GenError stays as it is. */
export function atBatch(error: unknown, batch: number): unknown {
  if (!GenError.is(error) || 'batch' in error.details) return error
  const details = { ...error.details, batch }
  return new GenError(error.code, `${error.message} (batch ${batch})`, { details, cause: error })
}
