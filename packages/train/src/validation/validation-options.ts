/** Options of the loss on held-out batches. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import type { Batches } from '@gen/model'
import type { StepEvent } from '../progress/events.ts'

/** What is measured on batches that training never sees, and what follows from it. */
export interface ValidationOptions<B = never> {
  /** The held-out batches; those of the second part of `dataset.split`, for example. */
  readonly batches: Batches<B>
  /** Steps between two measurements. */
  readonly every: number
  /** How many batches the means are over: each time those at the indices below it, with the same keys. @default 8 */
  readonly count?: number
  /** Ends the run when so many measurements in a row brought no lower score. @default Infinity: never */
  readonly patience?: number
  /**
   * The number that the best checkpoint has the lowest of, and that `patience` waits for.
   * @default that of `checkpoints`, or the total of a single player; with several players none is best
   */
  readonly score?: (losses: StepEvent['losses']) => number
}

/** The options, checked and completed. */
export type ValidationPlan<B> = Required<ValidationOptions<B>>

const where = 'train.fit'

/**
 * Checks and completes the options; `fallback` is the score unless told.
 *
 * @throws GenError `range` or `value` for numbers that cannot be, `config` for patience without a score.
 */
export function validationOptions<B>(
  options: ValidationOptions<B>,
  fallback: ValidationPlan<B>['score'] | undefined,
): ValidationPlan<B> {
  const { batches, every, count = 8, patience = Number.POSITIVE_INFINITY, score = fallback } = options
  assertInteger(where, 'validation.every', every, { min: 1 })
  assertInteger(where, 'validation.count', count, { min: 1 })
  if (patience !== Number.POSITIVE_INFINITY) assertNumber(where, 'validation.patience', patience, { min: 1 })
  if (score === undefined && patience !== Number.POSITIVE_INFINITY) {
    throw refusal('config', where, {
      expected: 'a validation.score with patience for several players',
      got: 'none',
      remedy: 'pass score: (losses) => losses.generator.total, or whichever should fall',
    })
  }
  return { batches, every, count, patience, score: score ?? (() => Number.NaN) }
}
