/** How β, the weight of the KL term, goes with the step. @module */
import { assertNumber } from '@gen/backend'

/** A function of the step, pure; `Schedule` of `@gen/train` structurally. */
export type Annealing = (step: number) => number

/** Options of {@link linearAnnealing}. */
export interface LinearAnnealingOptions {
  /** Steps from the first value to the last. */
  steps: number
  /** @default 0 */
  from?: number
  /** @default 1 */
  to?: number
}

/**
 * Rises (or falls) in a straight line over `steps` steps, then stays: KL annealing.
 *
 * @throws GenError `range` for steps that are not above 0.
 * @see Generating sentences from a continuous space (Bowman et al., 2015) https://arxiv.org/abs/1511.06349
 * @example
 * const beta = linearAnnealing({ steps: 5000 })
 */
export function linearAnnealing({ steps, from = 0, to = 1 }: LinearAnnealingOptions): Annealing {
  assertNumber('losses.linearAnnealing', 'steps', steps, { exclusiveMin: 0 })
  return (step) => from + (to - from) * Math.min(1, Math.max(0, step / steps))
}

/** Options of {@link cyclicAnnealing}. */
export interface CyclicAnnealingOptions {
  /** Steps of one cycle. */
  period: number
  /** Share of a cycle in which the value rises, in (0, 1]; in the rest it stays at `to`. @default 0.5 */
  rise?: number
  /** @default 0 */
  from?: number
  /** @default 1 */
  to?: number
}

/**
 * Rises in a straight line, stays, and begins again, for ever. Each return to a weak KL lets the decoder use codes anew.
 *
 * @throws GenError `range` for a period not above 0, or a rise outside of (0, 1].
 * @see Cyclical annealing schedule: a simple approach to mitigating KL vanishing (Fu et al., 2019)
 * https://arxiv.org/abs/1903.10145
 * @example
 * const beta = cyclicAnnealing({ period: 2500, to: 4 })
 */
export function cyclicAnnealing({ period, rise = 0.5, from = 0, to = 1 }: CyclicAnnealingOptions): Annealing {
  assertNumber('losses.cyclicAnnealing', 'period', period, { exclusiveMin: 0 })
  assertNumber('losses.cyclicAnnealing', 'rise', rise, { exclusiveMin: 0, max: 1 })
  return (step) => from + (to - from) * Math.min(1, (step % period) / (period * rise))
}
