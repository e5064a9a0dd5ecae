/** Learning rates as functions of the step. They compose: a schedule is a number or a schedule's own scale. @module */
import { assertInteger, assertNumber } from '@gen/backend'

/** Step (rounds done before this one, from 0) → learning rate. Pure, so that a resume needs no state. */
export type RateSchedule = (step: number) => number

/** The rate a number or schedule gives at this step. */
export function rateAt(rate: number | RateSchedule, step: number): number {
  return typeof rate === 'number' ? rate : rate(step)
}

/**
 * The same rate for ever.
 *
 * @example
 * constant(1e-3)(500) // 0.001
 */
export function constant(rate: number): RateSchedule {
  assertRate('train.constant', 'rate', rate)
  return () => rate
}

/** Options of {@link linearDecay}. */
export interface LinearDecayOptions {
  /** Rate at step 0. */
  from: number
  /** Rate at `steps` and after. @default 0 */
  to?: number
  /** Steps the change takes. */
  steps: number
}

/**
 * A straight line: `from + (to − from) · min(1, step / steps)`.
 *
 * @example
 * linearDecay({ from: 1e-3, to: 0, steps: 1000 })(500) // 0.0005
 */
export function linearDecay({ from, to = 0, steps }: LinearDecayOptions): RateSchedule {
  assertRate('train.linearDecay', 'from', from)
  assertRate('train.linearDecay', 'to', to)
  assertInteger('train.linearDecay', 'steps', steps, { min: 1 })
  return (step) => from + (to - from) * Math.min(1, step / steps)
}

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** Rate at step 0. */
  from: number
  /** Rate at `steps` and after. @default 0 */
  to?: number
  /** Steps the change takes. */
  steps: number
}

/**
 * Half a cosine: `to + (from − to) · (1 + cos(π · min(1, step / steps))) / 2`.
 *
 * @see SGDR (Loshchilov and Hutter, 2016) https://arxiv.org/abs/1608.03983
 * @example
 * cosineDecay({ from: 1e-3, steps: 1000 })(500) // 0.0005
 */
export function cosineDecay({ from, to = 0, steps }: CosineDecayOptions): RateSchedule {
  assertRate('train.cosineDecay', 'from', from)
  assertRate('train.cosineDecay', 'to', to)
  assertInteger('train.cosineDecay', 'steps', steps, { min: 1 })
  return (step) => to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, step / steps)))
}

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** Rate at step 0. */
  from: number
  /** What the rate is multiplied by each time. @default 0.1 */
  factor?: number
  /** Steps between two changes. */
  every: number
}

/**
 * A staircase: `from · factor^⌊step / every⌋`.
 *
 * @example
 * stepDecay({ from: 1, factor: 0.5, every: 10 })(25) // 0.25
 */
export function stepDecay({ from, factor = 0.1, every }: StepDecayOptions): RateSchedule {
  assertRate('train.stepDecay', 'from', from)
  assertNumber('train.stepDecay', 'factor', factor, { exclusiveMin: 0 })
  assertInteger('train.stepDecay', 'every', every, { min: 1 })
  return (step) => from * factor ** Math.floor(step / every)
}

/** Options of {@link warmup}. */
export interface WarmupOptions {
  /** Steps until the full rate. */
  steps: number
  /** The rate, or the schedule that begins when the warm-up is over (its own step 0). */
  to: number | RateSchedule
}

/**
 * A linear rise, then another schedule: `to(0) · (step + 1) / steps` for `step < steps`, else `to(step − steps)`.
 * The first step has a rate above zero.
 *
 * @see Accurate, Large Minibatch SGD (Goyal et al., 2017) https://arxiv.org/abs/1706.02677
 * @example
 * warmup({ steps: 100, to: cosineDecay({ from: 1e-3, steps: 900 }) })(49) // 0.0005
 */
export function warmup({ steps, to }: WarmupOptions): RateSchedule {
  assertInteger('train.warmup', 'steps', steps, { min: 1 })
  if (typeof to === 'number') assertRate('train.warmup', 'to', to)
  return (step) => (step < steps ? (rateAt(to, 0) * (step + 1)) / steps : rateAt(to, step - steps))
}

function assertRate(where: string, name: string, rate: number): void {
  assertNumber(where, name, rate, { min: 0 })
}
