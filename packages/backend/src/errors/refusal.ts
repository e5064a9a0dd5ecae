/** The one form of the family's errors. @module */
import { type ErrorCode, GenError } from './gen-error.ts'

/** What a function expected, what it got, and what the caller can do. */
export interface Refusal {
  /** What would have been right. */
  expected: string
  /** What came. */
  got: unknown
  /** What the caller can do, where the two before do not say it already. */
  remedy?: string | undefined
  /** Facts about the failure, as plain data. @default {} */
  details?: Record<string, unknown>
  /** The error that led to this one. */
  cause?: unknown
}

/**
 * The error `where: expected …, got …; remedy`, for the caller to throw.
 *
 * @param where - The function that refuses, as `package.function`.
 * @example
 * const error = refusal('range', 'demo.f', { expected: 'a size ≥ 1', got: 0, remedy: 'pass size: 1' })
 * error.message // 'demo.f: expected a size ≥ 1, got 0; pass size: 1'
 */
export function refusal(
  code: ErrorCode,
  where: string,
  { expected, got, remedy, details = {}, cause }: Refusal,
): GenError {
  const end = remedy === undefined ? '' : `; ${remedy}`
  return new GenError(code, `${where}: expected ${expected}, got ${got}${end}`, { details, cause })
}
