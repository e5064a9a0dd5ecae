/** The sigmoid. @module */
import type { Bijector } from './bijector.ts'
import { inverse } from './inverse.ts'
import { logit } from './logit.ts'
import type { EventShape } from './shape.ts'

/** Options of bijectors with a bounded domain or codomain. */
export interface BoundedOptions {
  /** Throws for arguments outside the (co)domain; without it they are clamped. @default true */
  check?: boolean
}

/**
 * Creates the sigmoid, `y = 1/(1 + exp(−x))`, from the real numbers to (0, 1): the inverse of `logit`.
 *
 * @throws GenError `range` from `inverse` outside (0, 1), unless `check` is false.
 * @example
 * const layer = sigmoid(2)
 */
export function sigmoid(shape: EventShape, options: BoundedOptions = {}): Bijector {
  return inverse(logit(shape, options))
}
