/** What a network of others' calls time, for our signal ratios. @module */
import { configFields, type JsonObject, type Registry, registry, registryEntry } from '@gen/backend'
import { type NoiseSchedule, type ScheduleConfig, scheduleOf } from '@gen/diffusion'
import {
  abs,
  add,
  cast,
  clipByValue,
  div,
  expandDims,
  gather,
  greaterEqual,
  less,
  log,
  mul,
  reshape,
  round,
  sqrt,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
  where,
} from '@tensorflow/tfjs-core'
import * as v from 'valibot'

/**
 * A network's time as plain JSON: `steps` is the place among the steps of a discrete schedule, `flow` is rectified flow's τ times a scale, `sigma` is
 * noise / signal, and `logSigma` a quarter of its logarithm, as EDM has it.
 */
export type NetworkTimeConfig =
  | { readonly kind: 'steps'; readonly steps: number; readonly schedule: ScheduleConfig }
  | { readonly kind: 'flow'; readonly scale: number }
  | { readonly kind: 'sigma' }
  | { readonly kind: 'logSigma' }

/** What a network is called with, of a signal ratio for each row. */
export interface NetworkTime {
  time(alpha: Tensor1D): Tensor1D
  /** x as the network's own papers scale it: `(1 − τ) x₀ + τ ε` for flows, `x₀ + σ ε` for σ, else x of unit variance. */
  input(x: Tensor, alpha: Tensor1D): Tensor
}

type TimeOf = (alpha: Tensor1D) => Tensor1D

const { size, finite } = configFields

const times: Registry<TimeOf> = registry('convert.unet2D', 'a network’s time', {
  steps: registryEntry({ steps: size, schedule: v.looseObject({ kind: v.string() }) }, ({ steps, schedule }) =>
    placeAmong(scheduleOf(schedule as JsonObject & { kind: string }), steps),
  ),
  flow: registryEntry({ scale: finite }, ({ scale }) => (alpha) => {
    const [signal, noise] = [sqrt(alpha), sqrt(sub(1, alpha))]
    return mul(div(noise, add(signal, noise)), scale)
  }),
  sigma: registryEntry({}, () => sigmaOf),
  logSigma: registryEntry({}, () => (alpha) => mul(log(sigmaOf(alpha)), 0.25)),
})

/** The time that a config describes. */
export function networkTime(config: NetworkTimeConfig): NetworkTime {
  const time = times(config, undefined)
  return {
    time: (alpha) => tidy(() => time(alpha)),
    input: (x, alpha) => tidy(() => scaled(x, alpha, config.kind)),
  }
}

function scaled(x: Tensor, alpha: Tensor1D, kind: NetworkTimeConfig['kind']): Tensor {
  if (kind !== 'flow' && kind !== 'sigma') return x
  const signal = sqrt(alpha)
  const length = kind === 'flow' ? add(signal, sqrt(sub(1, alpha))) : signal
  return div(x, reshape(length, [-1, ...x.shape.slice(1).map(() => 1)]))
}

function sigmaOf(alpha: Tensor1D): Tensor1D {
  return sqrt(div(sub(1, alpha), alpha))
}

/** Nearer than this to a whole step is that step: near the clean end float32 does not tell more. */
const closest = 0.01

/** The place of α among the steps' ratios, with straight lines between them, as the discrete schedule has them. */
function placeAmong(schedule: NoiseSchedule, steps: number): TimeOf {
  const ratios = Float32Array.from({ length: steps }, (_, i) => schedule.alpha(i / Math.max(1, steps - 1)))
  return (alpha) => {
    const table = tensor1d(ratios)
    const above = sum(cast(greaterEqual(expandDims(table, 0), expandDims(alpha, 1)), 'float32'), 1)
    const below = cast(clipByValue(sub(above, 1), 0, Math.max(0, steps - 2)), 'int32')
    const [from, to] = [gather(table, below), gather(table, cast(clipByValue(add(below, 1), 0, steps - 1), 'int32'))]
    const place = add(cast(below, 'float32'), clipByValue(div(sub(from, alpha), sub(from, to)), 0, 1)) as Tensor1D
    const whole = round(place)
    return where(less(abs(sub(place, whole)), closest), whole, place)
  }
}
