/** The one form of this package's errors. @module */
import { type ErrorCode, GenError } from '@gen/backend'

/** What a function expected, what it got, and what the caller can do. */
export interface Refusal {
  expected: string
  got: string | number
  remedy: string
  /** Facts about the failure, as plain data. */
  details?: Record<string, unknown>
}

/** The error `where: expected …, got …; remedy`. */
export function refusal(code: ErrorCode, where: string, { expected, got, remedy, details = {} }: Refusal): GenError {
  return new GenError(code, `${where}: expected ${expected}, got ${got}; ${remedy}`, { details })
}
