/** Exponential moving averages of weights. @module */
import { assertNumber, defineOp, GenError, type Op } from '@gen/backend'
import { add, mul, sub, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import { assertWidth, powerOf } from './averages/power-average.ts'

/** How weights are averaged. */
export interface EmaOptions {
  /** Share of the old average that each step keeps, in [0, 1). */
  decay: number
  /**
   * The decay of step t is `min(decay, (1 + t) / (warmup + t))`, so that early weights are soon forgotten; 1 means no
   * warm-up. @default 10
   */
  warmup?: number
  /** Whose weights are averaged. @default all players */
  players?: readonly string[]
}

/**
 * A power-function average: after t steps, step s has counted as τ^γ does at τ = s/t. It forgets the beginning of a run of any length, needs no warm-up, and
 * `mixAverages` makes other widths of its checkpoints.
 */
export interface PowerEmaOptions {
  /** Standard deviation of what counts, as a share of the run so far, in (0, 0.28]; 0.05 to 0.15 are usual. */
  width: number
  /** Whose weights are averaged. @default all players */
  players?: readonly string[]
}

/** The options of either kind, completed. */
export type AveragePlan = Required<EmaOptions> | Required<PowerEmaOptions>

/** `a + share · (b − a)`; kernel `GenLerp` where the backend has it. */
const blend: Op<{ share: number }> = defineOp<{ share: number }>({
  name: 'GenLerp',
  composed: ([a, b], { share }) => add(a!, mul(sub(b!, a!), share)),
})

/** Averages of some variables, and the means to show them. */
export interface Ema {
  readonly averages: readonly Tensor[]
  /** Takes the variables' present values in; `step` counts from 0. */
  update(step: number): void
  /** Puts the averages into the variables; the raw values come back with {@link Ema.hide}. */
  show(): void
  hide(): void
  dispose(): void
}

/** Checks and completes the options. */
export function emaOptions(ema: number | EmaOptions | PowerEmaOptions, players: readonly string[]): AveragePlan {
  const options: EmaOptions | PowerEmaOptions = typeof ema === 'number' ? { decay: ema } : ema
  const { players: averaged = players } = options
  assertAveraged(averaged, players)
  if ('width' in options) {
    assertWidth('train.fit', 'ema width', options.width)
    return { width: options.width, players: averaged }
  }
  const { decay, warmup = 10 } = options
  assertNumber('train.fit', 'ema decay', decay, { min: 0, exclusiveMax: 1 })
  assertNumber('train.fit', 'ema warmup', warmup, { min: 1 })
  return { decay, warmup, players: averaged }
}

function assertAveraged(averaged: readonly string[], players: readonly string[]): void {
  const unknown = averaged.find((name) => !players.includes(name))
  if (unknown !== undefined) {
    throw new GenError(
      'config',
      `train.fit: expected ema players among ${players.join(', ')}, got ${unknown}; leave players out to average all`,
    )
  }
}

/** The share of the old average that step t (from 0) keeps: `min(decay, (1 + t) / (warmup + t))`, or `(1 − 1/(t + 1))^(γ + 1)`. */
export function emaDecay(options: { decay: number; warmup: number } | { width: number }, step: number): number {
  if ('width' in options) return (1 - 1 / (step + 1)) ** (powerOf(options.width) + 1)
  return Math.min(options.decay, (1 + step) / (options.warmup + step))
}

/** Starts averages at the given values, which it takes over, or at the variables' own. */
export function ema(variables: readonly Variable[], options: AveragePlan, initial?: readonly Tensor[]): Ema {
  let averages: Tensor[] = initial ? [...initial] : variables.map((variable) => variable.clone())
  let raw: Tensor[] = []
  return {
    get averages() {
      return averages
    },
    update(step) {
      const share = 1 - emaDecay(options, step)
      const next = tidy(() => averages.map((old, i) => blend([old, variables[i]!], { share })))
      for (const old of averages) old.dispose()
      averages = next
    },
    show() {
      if (raw.length > 0) return
      raw = variables.map((variable) => variable.clone())
      variables.forEach((variable, i) => {
        variable.assign(averages[i]!)
      })
    },
    hide() {
      raw.forEach((value, i) => {
        variables[i]!.assign(value)
        value.dispose()
      })
      raw = []
    },
    dispose() {
      for (const tensor of [...averages, ...raw]) tensor.dispose()
      averages = []
      raw = []
    },
  }
}
