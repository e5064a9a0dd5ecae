/** Exponential moving averages of weights. @module */
import { assertNumber, defineOp, GenError, type Op } from '@gen/backend'
import { add, mul, sub, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'

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
export function emaOptions(ema: number | EmaOptions, players: readonly string[]): Required<EmaOptions> {
  const { decay, warmup = 10, players: averaged = players } = typeof ema === 'number' ? { decay: ema } : ema
  assertNumber('train.fit', 'ema decay', decay, { min: 0, exclusiveMax: 1 })
  assertNumber('train.fit', 'ema warmup', warmup, { min: 1 })
  const unknown = averaged.find((name) => !players.includes(name))
  if (unknown !== undefined) {
    throw new GenError(
      'config',
      `train.fit: expected ema players among ${players.join(', ')}, got ${unknown}; leave players out to average all`,
    )
  }
  return { decay, warmup, players: averaged }
}

/** The decay of step t: `min(decay, (1 + t) / (warmup + t))`. */
export function emaDecay({ decay, warmup }: { decay: number; warmup: number }, step: number): number {
  return Math.min(decay, (1 + step) / (warmup + step))
}

/** Starts averages at the given values, which it takes over, or at the variables' own. */
export function ema(variables: readonly Variable[], options: Required<EmaOptions>, initial?: readonly Tensor[]): Ema {
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
