/** The range of σ that spacings in σ divide. @module */
import { assertNumber } from '@gen/backend'
import { cleanEnd, type Level, levelOf, levelOfSigma, sigmaOf } from '../schedules/level.ts'
import type { NoiseSchedule } from '../schedules/schedule.ts'

/** Options of spacings in σ. */
export interface SigmaRange {
  /** Least σ before the clean end. @default that of the schedule at t = 0 */
  sigmaMin?: number
  /** Largest σ. @default that of the schedule at t = 1 */
  sigmaMax?: number
}

/** Where σ is infinite, the steps after the first begin here: next to nothing is left of the data. */
const largest = 4096

/** Asserts a range of σ. */
export function assertSigmas(where: string, { sigmaMin, sigmaMax }: SigmaRange): void {
  if (sigmaMin !== undefined) assertNumber(where, 'sigmaMin', sigmaMin, { exclusiveMin: 0, exclusiveMax: largest })
  if (sigmaMax !== undefined) assertNumber(where, 'sigmaMax', sigmaMax, { exclusiveMin: sigmaMin ?? 0 })
}

/**
 * The levels `σ(i / (steps − 1))`, and the clean end; the first is the schedule's own noise end where that is what is asked for.
 *
 * @param sigma - σ of a place in [0, 1] from the largest to the least.
 */
export function levelsOfSigmas(
  schedule: NoiseSchedule,
  steps: number,
  { sigmaMin, sigmaMax }: SigmaRange,
  sigma: (place: number, least: number, most: number) => number,
): Level[] {
  const noiseEnd = sigmaMax === undefined ? levelOf(schedule.alpha(1)) : levelOfSigma(sigmaMax)
  const most = Math.min(sigmaOf(noiseEnd), largest)
  const least = sigmaMin ?? sigmaOf(levelOf(schedule.alpha(0)))
  const rest = Array.from({ length: steps - 1 }, (_, i) => levelOfSigma(sigma((i + 1) / (steps - 1), least, most)))
  return [noiseEnd, ...rest, cleanEnd]
}
