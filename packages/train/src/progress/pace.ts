/** How far a run goes: so many steps, or as many as fit into a time. @module */

/**
 * The steps that schedules are made for while no one knows yet how many there will be: as in the longest run, so that no
 * warm-up is cut short.
 */
export const unknownSteps = 1_000_000

/** What a checkpoint says of it: all that the steps up to the next look depend on. */
export interface PaceState {
  /** The steps the run will have, or `null` before a run by time has been looked at. */
  readonly steps: number | null
  /** The step after which a run by time is looked at again; `null` for a run by steps. */
  readonly look: number | null
  readonly time: SpentTime | null
}

/** The time of a run by time. */
export interface SpentTime {
  /** Seconds it shall take. */
  readonly seconds: number
  readonly spent: number
  /** The step at which the time began; not 0 where a run by steps goes on by time. */
  readonly since: number
}

/** How far a run goes. */
export interface Pace {
  /** The steps it will have as planned now; Infinity before that is known. */
  readonly steps: number
  /** Called after every step; whether the plan was made anew, which a checkpoint must keep before the next step. */
  look(step: number, saving: boolean): boolean
  /** Told of time that passed and shall not count. */
  leaveOut(seconds: number): void
  state(): PaceState
  /** Of a run by time. */
  secondsLeft(): number | undefined
}

/** A run of so many steps. */
export function stepPace(steps: number): Pace {
  return {
    steps,
    look: () => false,
    leaveOut: () => {},
    state: () => ({ steps, look: null, time: null }),
    secondsLeft: () => undefined,
  }
}

/** Below this share of the whole time, what is left is not worth another look. */
const finest = 1 / 64

/** The first look is after this time at the latest. */
const firstSeconds = 1

/**
 * A run that takes `seconds` of wall-clock time, but for what is left out: the number of its steps is planned from the steps
 * done, first after a moment (the first step, which compiles, is left out), then each time twice as much time has passed,
 * at least at every eighth of the whole, and at the end each time a quarter of the rest is over.
 *
 * A plan says at which *step* it is looked at again. Between two looks nothing depends on the clock, so a run that is resumed
 * from a checkpoint repeats what was done since; that holds as long as each new plan is in a checkpoint before its first step.
 *
 * @param step - Steps done.
 * @param saved - What the checkpoint says that the run goes on from.
 */
export function timePace(seconds: number, step = 0, saved?: PaceState): Pace {
  const started = performance.now()
  const before = saved?.time?.spent ?? 0
  const since = saved?.time ? saved.time.since : step
  let leftOut = 0
  const spent = (): number => before + (performance.now() - started) / 1000 - leftOut
  let plan = goneOn(seconds, step, saved)
  // What is measured since; the first step of a process compiles and is left out as soon as there are others.
  let mark: { step: number; at: number } | undefined
  return {
    get steps() {
      return plan.steps ?? Number.POSITIVE_INFINITY
    },
    look(done, saving) {
      const now = spent()
      const due = plan.steps === null ? saving || isFirstLook(done - since, now, seconds) : done >= (plan.look ?? 0)
      if (due || now >= seconds) {
        const perStep = mark ? (now - mark.at) / (done - mark.step) : now / (done - since)
        plan = planned({ done, now, seconds, perStep, steps: plan.steps })
        mark = { step: done, at: now }
        return true
      }
      mark ??= { step: done, at: now }
      return false
    },
    leaveOut: (time) => {
      leftOut += time
    },
    state: () => ({ ...plan, time: { seconds, spent: spent(), since } }),
    secondsLeft: () => Math.max(0, seconds - spent()),
  }
}

type PlannedSteps = Pick<PaceState, 'steps' | 'look'>

/** The plan of a run that goes on: the saved one, or for another time one that depends on what was saved alone. */
function goneOn(seconds: number, step: number, saved: PaceState | undefined): PlannedSteps {
  if (!saved?.time) return { steps: null, look: null }
  const { seconds: old, spent, since } = saved.time
  if (old === seconds) return { steps: saved.steps, look: saved.look }
  return planned({ done: step, now: spent, seconds, perStep: spent / Math.max(1, step - since), steps: saved.steps })
}

/** At few steps that do not depend on the clock; after the first, which says little, only if it took much of the time. */
function isFirstLook(done: number, now: number, seconds: number): boolean {
  const wait = done === 1 ? seconds / 8 : Math.min(firstSeconds, seconds * finest)
  return Number.isInteger(Math.log2(done)) && now >= wait
}

interface Situation {
  readonly done: number
  readonly now: number
  readonly seconds: number
  /** Seconds of a step as measured. */
  readonly perStep: number
  /** The steps planned so far. */
  readonly steps: number | null
}

function planned({ done, now, seconds, perStep, steps }: Situation): PlannedSteps {
  const left = seconds - now
  const stepsIn = (time: number): number => Math.max(0, Math.round(time / Math.max(perStep, 1e-6)))
  const over = done === steps && left < seconds * finest
  const until = done + (over ? 0 : stepsIn(left))
  const wait = left < 2 * finest * seconds ? left : Math.min(now, seconds / 8, left / 4)
  return { steps: until, look: Math.min(until, done + Math.max(1, stepsIn(wait))) }
}
