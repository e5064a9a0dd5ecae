/** Between two levels, in the schedule's own time. @module */
import { alphaOf, type Level, levelOf } from '../schedules/level.ts'
import type { NoiseSchedule } from '../schedules/schedule.ts'

/** The level in the middle of the times of two levels of a schedule. */
export function middleInTime(schedule: NoiseSchedule, from: Level, to: Level): Level {
  return levelOf(schedule.alpha((timeOf(schedule, from) + timeOf(schedule, to)) / 2))
}

/** The time of a level: schedules fall, so halving finds it. */
function timeOf({ alpha }: NoiseSchedule, level: Level): number {
  const wanted = alphaOf(level)
  let [clean, noise] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (clean + noise) / 2
    if (alpha(middle) > wanted) clean = middle
    else noise = middle
  }
  return noise
}
