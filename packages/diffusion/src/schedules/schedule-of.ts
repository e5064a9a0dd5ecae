/** Schedules from plain JSON. @module */
import { configFields, type Registry, refusal, registry, registryEntry } from '@gen/backend'
import * as v from 'valibot'
import { cosine } from './cosine.ts'
import { betaLayouts, discreteSchedule } from './discrete-schedule.ts'
import { linear } from './linear.ts'
import { logSnrLinear } from './log-snr-linear.ts'
import { rectifiedFlow } from './rectified-flow.ts'
import { scaledLinear } from './scaled-linear.ts'
import { assertEnds, type NoiseSchedule, type ScheduleConfig } from './schedule.ts'
import { shifted } from './shifted.ts'
import { sigmoidSchedule } from './sigmoid-schedule.ts'
import { squaredCosine } from './squared-cosine.ts'
import { varianceExploding } from './variance-exploding.ts'
import { zeroTerminalSnr } from './zero-terminal-snr.ts'

const where = 'diffusion.scheduleOf'
const { finite, size } = configFields
const betas = { betaMin: finite, betaMax: finite, start: finite }
const window = { start: finite, end: finite }

/** How many schedules may lie in one another. */
const deepest = 16

/** `depth` is that of the config that is read. */
const fromConfig: Registry<NoiseSchedule, number> = registry(where, 'a schedule', {
  cosine: registryEntry({ maxSignalRate: finite, minSignalRate: finite }, cosine),
  squaredCosine: registryEntry({ offset: finite, ...window }, squaredCosine),
  linear: registryEntry(betas, linear),
  scaledLinear: registryEntry(betas, scaledLinear),
  sigmoid: registryEntry({ from: finite, to: finite, temperature: finite, ...window }, sigmoidSchedule),
  logSnrLinear: registryEntry({ max: finite, min: finite }, logSnrLinear),
  varianceExploding: registryEntry({ sigmaMin: finite, sigmaMax: finite }, varianceExploding),
  rectifiedFlow: registryEntry(window, rectifiedFlow),
  discrete: registryEntry(
    { betas: v.picklist(betaLayouts), steps: size, betaStart: finite, betaEnd: finite },
    discreteSchedule,
  ),
  shifted: registryEntry({ schedule: v.unknown(), shift: finite }, ({ schedule, shift }, depth: number) =>
    shifted(inner(schedule, depth), { shift }),
  ),
  zeroTerminalSnr: registryEntry({ schedule: v.unknown() }, ({ schedule }, depth: number) =>
    zeroTerminalSnr(inner(schedule, depth)),
  ),
})

function inner(config: unknown, depth: number): NoiseSchedule {
  if (depth < deepest) return fromConfig(config, depth + 1)
  throw refusal('config', where, { expected: `at most ${deepest} schedules in one another`, got: 'more' })
}

/** The schedule whose `config` is given; throws a GenError `config` for what none of this package gives. */
export function scheduleFromConfig(config: unknown): NoiseSchedule {
  return fromConfig(config, 0)
}

/**
 * Makes a schedule from its configuration; a schedule is passed through, once its ends are checked.
 *
 * @throws GenError `config` for an unknown name or other options than its own, `value` or `range` for numbers that make no schedule.
 * @example
 * scheduleOf({ kind: 'cosine', maxSignalRate: 0.95, minSignalRate: 0.02 })
 */
export function scheduleOf(schedule: NoiseSchedule | ScheduleConfig): NoiseSchedule {
  const given: unknown = schedule
  if (typeof given !== 'object' || given === null) {
    throw refusal('config', where, {
      expected: 'a schedule such as cosine(), or its config',
      got: JSON.stringify(given),
    })
  }
  if (!('alpha' in given)) return scheduleFromConfig(given)
  const own = schedule as NoiseSchedule
  const remedy = 'let alpha(t) fall within these bounds from t = 0 to t = 1'
  assertEnds(where, own.alpha, { clean: remedy, noise: remedy })
  return own
}
