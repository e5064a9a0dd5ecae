/** At which of their steps diffusers' schedulers ask, and at which levels that is. @module */
import { cleanEnd, type Level, levelOf, levelOfSigma, type NoiseSchedule, type Spacing, sigmaOf } from '@gen/diffusion'
import type { DiscreteConfig } from './scheduler-config.ts'

/** How the steps of a scheduler lie. */
export interface TimestepOptions
  extends Pick<DiscreteConfig, 'num_train_timesteps' | 'steps_offset' | 'timestep_spacing'> {
  /** `linspace` from the first to the last step, rounded or not, or as for one more step than there are. */
  readonly linspace: 'rounded' | 'exact' | 'oneMore'
}

/** The steps at which a scheduler asks, from the noise end on. */
export function timesteps(options: TimestepOptions, count: number): number[] {
  const { num_train_timesteps: all, steps_offset, timestep_spacing, linspace } = options
  const oneMore = linspace === 'oneMore' ? 1 : 0
  const places = Array.from({ length: count }, (_, i) => count - 1 - i + oneMore)
  if (timestep_spacing === 'leading') {
    const stride = Math.floor(all / (count + oneMore))
    return places.map((i) => i * stride + steps_offset)
  }
  if (timestep_spacing === 'trailing') {
    return Array.from({ length: count }, (_, i) => roundToEven(all - (i * all) / count) - 1)
  }
  const last = count - 1 + oneMore
  const even = places.map((i) => (last === 0 ? 0 : (i * (all - 1)) / last))
  return linspace === 'exact' ? even : even.map(roundToEven)
}

/** NumPy's rounding. */
function roundToEven(x: number): number {
  const below = Math.floor(x)
  if (x - below !== 0.5) return Math.round(x)
  return below % 2 === 0 ? below : below + 1
}

/** The levels of such steps, then the clean end, or the level of the first step for schedulers that end there. */
export function stepSpacing(options: TimestepOptions, { endsClean }: { readonly endsClean: boolean }): Spacing {
  const levels: Spacing = (schedule, count) => {
    const end = endsClean ? cleanEnd : levelOf(schedule.alpha(0))
    return [...timesteps(options, count).map((t) => levelAt(schedule, t, options.num_train_timesteps)), end]
  }
  return Object.assign(levels, { config: { kind: 'custom' } })
}

/** The level of a step; between whole ones σ is on a straight line. */
function levelAt(schedule: NoiseSchedule, t: number, all: number): Level {
  const at = (step: number) => levelOf(schedule.alpha(Math.min(step, all - 1) / (all - 1)))
  const below = Math.floor(t)
  if (below === t) return at(t)
  const [from, to] = [sigmaOf(at(below)), sigmaOf(at(below + 1))]
  return levelOfSigma(from + (to - from) * (t - below))
}
