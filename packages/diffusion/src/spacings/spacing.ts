/** At which levels of a schedule a sampler steps. @module */
import { type JsonObject, refusal } from '@gen/backend'
import { cleanEnd, type Level, levelOf, sigmaOf } from '../schedules/level.ts'
import type { NoiseSchedule } from '../schedules/schedule.ts'

/**
 * Levels for so many steps, one more than steps, from the noise end to the clean end `{ signal: 1, noise: 0 }`. One list:
 * whoever needs the next level takes the next element.
 */
export interface Spacing {
  (schedule: NoiseSchedule, steps: number): readonly Level[]
  /** What it was made with, as plain JSON; `{ kind: 'custom' }` where it does not say. */
  readonly config?: JsonObject
}

/** A spacing with its config. */
export function spacingOf(config: JsonObject, levels: Spacing): Spacing {
  return Object.assign(levels, { config })
}

/** The levels of these times of a schedule, and the clean end. */
export function levelsAt(schedule: NoiseSchedule, times: readonly number[]): Level[] {
  return [...times.map((t) => levelOf(schedule.alpha(t))), cleanEnd]
}

/**
 * Refuses levels that do not go from noise to data.
 *
 * @throws GenError `value`.
 */
export function assertLevels(levels: readonly Level[], steps: number): readonly Level[] {
  const bad = levels.findIndex((level, i) => i > 0 && !(sigmaOf(level) < sigmaOf(levels[i - 1]!)))
  if (levels.length === steps + 1 && bad < 0 && levels[steps]!.signal > 0) return levels
  const got = bad < 0 ? `${levels.length} levels` : `${show(levels[bad - 1]!)} then ${show(levels[bad]!)}`
  throw refusal('value', 'diffusion.spacing', {
    expected: `${steps + 1} levels, each with less noise than the one before`,
    got,
    remedy: 'let alpha(t) fall from t = 0 to t = 1',
  })
}

function show({ signal, noise }: Level): string {
  return `signal ${signal} noise ${noise}`
}
