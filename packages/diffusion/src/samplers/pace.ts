/** How far an adaptive solver goes at a time, row by row. @module */
import type { Level } from '../schedules/level.ts'

/** Where a row is: the angle θ of cos θ · x₀ + sin θ · ε, how far the next try goes down (up where it is negative), and the error of the last step taken. */
export interface Pace {
  readonly angle: number
  readonly length: number
  readonly error: number
}

/** The angle of a level, from 0 at the clean end to π/2. */
export function angleOf({ signal, noise }: Level): number {
  return Math.atan2(noise, signal)
}

/** The level of an angle. */
export function levelAt(angle: number): Level {
  return { signal: Math.cos(angle), noise: Math.sin(angle) }
}

/** Before the first try, which goes a twentieth of the way. */
export function firstPace(from: number, to: number): Pace {
  return { angle: from, length: (from - to) / 20, error: 1 }
}

/**
 * After a try with an error in units of what is tolerated: further on where it is at most 1, else again with a shorter step.
 * A proportional–integral controller for a pair of orders 3 and 2.
 *
 * @see Automatic control and adaptive time-stepping (Söderlind, 2002) https://doi.org/10.1023/A:1021160023092
 */
export function nextPace({ angle, length, error: before }: Pace, error: number, end: number): Pace {
  if (!(error <= 1)) {
    const factor = Number.isFinite(error) ? Math.max(0.2, 0.9 * error ** (-1 / 3)) : 0.2
    return { angle, length: length * factor, error: before }
  }
  const kept = Math.max(error, 1e-4)
  const factor = Math.min(5, Math.max(0.2, 0.9 * kept ** (-0.7 / 3) * before ** (0.4 / 3)))
  const reached = angle - length
  // What rounding leaves of the way is none.
  const left = Math.abs(reached - end) > 1e-12 ? reached - end : 0
  const next = Math.abs(left) < Math.abs(length * factor) ? left : length * factor
  return { angle: left === 0 ? end : reached, length: next, error: kept }
}
