/** Errors of this package. Layer 0 imports no other package, so it makes what `GenError.is` recognizes. @module */

/** What an error of this package carries; structurally the `GenError` of `@gen/backend`. */
export interface SimdError extends Error {
  /** What went wrong, for programs. */
  readonly code: 'backend' | 'memory' | 'config' | 'shape' | 'value'
  /** The numbers behind the message. */
  readonly details: Record<string, unknown>
}

const marker = Symbol.for('gen.error')

/** Makes an error that `GenError.is` of `@gen/backend` accepts. */
export function simdError(
  code: SimdError['code'],
  message: string,
  { details = {}, cause }: { details?: Record<string, unknown>; cause?: unknown } = {},
): SimdError {
  const error = new Error(message, cause === undefined ? {} : { cause })
  return Object.assign(error, { name: 'GenError', code, details, [marker]: true })
}
