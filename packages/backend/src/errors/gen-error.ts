/** The one error class of `@gen/*`. @module */

/** What went wrong, as a word that a program can act on. */
export type ErrorCode =
  | 'shape'
  | 'range'
  | 'value'
  | 'config'
  | 'file'
  | 'backend'
  | 'memory'
  | 'non-finite'
  | 'aborted'

/** Options of {@link GenError}. */
export interface GenErrorOptions {
  /** Facts about the failure, as plain data. @default {} */
  details?: Record<string, unknown>
  /** The error that led to this one. */
  cause?: unknown
}

const marker = Symbol.for('gen.error')

/**
 * The error that every `@gen/*` package throws.
 *
 * The message reads `package.function: expected …, got …; remedy`. Ask {@link GenError.is}, not `instanceof`: a process
 * may hold two copies of this package, and errors of both are recognized.
 *
 * @example
 * try {
 *   assertRank('demo.f', 'x', x, 4)
 * } catch (error) {
 *   if (GenError.is(error) && error.code === 'shape') show(error.message)
 * }
 */
export class GenError extends Error {
  /** What went wrong, as a word that a program can act on. */
  readonly code: ErrorCode
  /** Facts about the failure, as plain data. */
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode, message: string, { details = {}, cause }: GenErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'GenError'
    this.code = code
    this.details = details
    Object.defineProperty(this, marker, { value: true })
  }

  /** True for a GenError of any copy of this package. */
  static is(error: unknown): error is GenError {
    return typeof error === 'object' && error !== null && marker in error
  }
}
