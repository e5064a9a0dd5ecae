/** The loop that all samplers with a list of levels share. @module */
import { assertInteger, type JsonObject } from '@gen/backend'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { alphaOf, type Level } from '../schedules/level.ts'
import type { NoiseSchedule } from '../schedules/schedule.ts'
import { evenSpacing } from '../spacings/even.ts'
import { assertLevels } from '../spacings/spacing.ts'
import type { Sampler, SamplerContext, SamplerOptions, SamplerState } from './sampler.ts'

/** What one step is given. */
export interface Stage {
  /** From 0. */
  readonly i: number
  readonly levels: readonly Level[]
  readonly from: Level
  readonly to: Level
  /** The state at `from`. */
  readonly x: Tensor
  /** What the step before remembered. */
  readonly past: readonly Tensor[]
  readonly schedule: NoiseSchedule
  readonly predict: SamplerContext['predict']
  /** Fresh noise for the way between two levels, by default the whole step; another at each call. */
  noise(from?: Level, to?: Level): Tensor
}

/** What one step gives. */
export interface Stepped {
  /** The state at `to`. */
  readonly x: Tensor
  /** x̂₀ predicted at `from`. */
  readonly clean: Tensor
  /** What the next step needs to know. @default nothing */
  readonly past?: readonly Tensor[]
}

/** One line of a sampler's paper: from a state and its level to the next. It is run in a `tidy`. */
export type Step = (stage: Stage) => Stepped

/**
 * A sampler that does a step between each two levels.
 *
 * @param options - Those of all samplers; whatever else is in it goes into the config.
 * @throws GenError `value` or `range` for fewer than 1 step.
 */
export function stepSampler(
  name: string,
  { steps = 20, spacing = evenSpacing(), ...own }: SamplerOptions & { [option: string]: unknown },
  step: Step,
): Sampler {
  assertInteger(`diffusion.${name}`, 'steps', steps, { min: 1 })
  return {
    name,
    steps,
    config: { kind: name, steps, spacing: spacing.config ?? { kind: 'custom' }, ...(own as JsonObject) },
    run: (context) => walk(context, assertLevels(spacing(context.schedule, steps), steps), step),
  }
}

function* walk(
  context: SamplerContext,
  levels: readonly Level[],
  step: Step,
): Generator<SamplerState, Tensor, undefined> {
  let x: Tensor = context.start.clone()
  let past: readonly Tensor[] = []
  let held = new Set([x])
  try {
    for (let i = 0; i < levels.length - 1; i++) {
      const stage = stageOf(context, levels, i, x, past)
      const [next, clean, ...remembered] = tidy(() => {
        const stepped = step(stage)
        return [stepped.x, stepped.clean, ...(stepped.past ?? [])]
      })
      for (const tensor of [next!, clean!, ...remembered]) held.add(tensor)
      yield { step: i + 1, alpha: alphaOf(stage.from), x, clean: clean! }
      ;[x, past] = [next!, remembered]
      held = keepOnly(held, new Set([x, ...past]))
    }
    held.delete(x)
    return x
  } finally {
    keepOnly(held, new Set())
  }
}

function stageOf(
  { schedule, predict, noise }: SamplerContext,
  levels: readonly Level[],
  i: number,
  x: Tensor,
  past: readonly Tensor[],
): Stage {
  const [from, to] = [levels[i]!, levels[i + 1]!]
  let place = i
  const fresh = (start = from, end = to) => {
    const drawn = noise(place, start, end)
    place += levels.length - 1
    return drawn
  }
  return { i, levels, from, to, x, past, schedule, predict, noise: fresh }
}

function keepOnly(held: ReadonlySet<Tensor>, kept: Set<Tensor>): Set<Tensor> {
  for (const tensor of held) if (!kept.has(tensor)) tensor.dispose()
  return kept
}
