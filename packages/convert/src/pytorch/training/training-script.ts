/** What `train.py` of any family is made of. @module */
import type { TrainingPlan } from './training-plan.ts'

/** How the loop of a family differs from another. */
export interface TrainingScript {
  /** Functions before the loop, each behind two empty lines. */
  readonly functions: string
  /** How the run trains where it says nothing. */
  readonly defaults: Required<Omit<TrainingPlan, 'step' | 'beta1' | 'discriminatorRate'>>
  /** What a batch brings behind x, in this order. */
  readonly told: readonly ('label' | 'context')[]
  /** Whether a context has channels to be moved to the front. */
  readonly isMoved: boolean
  /** What is trained on several processes: an expression of `model`. */
  readonly wrapped: string
  /** From `data`, `told` and `parallel` to `loss`, its mean over the rows. */
  readonly step: readonly string[]
  /** By what the loss is divided where it is shown, an expression, and the word for it. */
  readonly shownPer: readonly [divisor: string, unit: string]
  /** Of two players: the discriminator's updates for each of the generator's, which are parts of `step`. */
  readonly game?: { readonly discriminatorSteps: number }
}

/** What of a run has no line. */
export interface NoScript {
  readonly expected: string
  readonly got: string
}
