/** Options of `fit`, checked and completed. @module */
import { assertInteger, assertKey, assertNumber, GenError, type Key, refusal } from '@gen/backend'
import type { Batches, CheckpointStore, Player, Trainable } from '@gen/model'
import { type AveragePlan, type EmaOptions, emaOptions, type PowerEmaOptions } from './ema.ts'
import type { Optimizer } from './optimizers/optimizer.ts'
import type { StepEvent } from './progress/events.ts'
import { unknownSteps } from './progress/pace.ts'
import { rateAt } from './schedule.ts'
import { type ValidationOptions, type ValidationPlan, validationOptions } from './validation/validation-options.ts'

/** When and where checkpoints are saved. */
export interface CheckpointOptions {
  readonly store: CheckpointStore
  /** Steps between two checkpoints; another is saved at the end and on abort. */
  readonly every: number
  /** How many of the last ones stay, besides the best. @default 3 */
  readonly keep?: number
  /**
   * The number that the best checkpoint has the lowest running mean of.
   * @default the total of a single player; with several players none is best
   */
  readonly score?: (losses: StepEvent['losses']) => number
}

/** How a run goes on from a checkpoint. */
export interface ResumeOptions {
  /** The checkpoint's step. @default the last, or a fresh start where there is none */
  readonly step?: number
  /** Go on with other options than the checkpoint's run had, such as a lower rate; shapes must fit. @default false */
  readonly allowChanges?: boolean
}

/** One optimizer for all players, or one for each by name. */
export type Optimizers = Optimizer | Readonly<Record<string, Optimizer>>

/** The time that a run takes. */
export interface Until {
  /** Seconds of wall-clock time, those before a resume included; above 0. */
  readonly seconds: number
  /** What they are made of: your own time between the events too, or the training alone. @default 'everything' */
  readonly counts?: 'everything' | 'training'
}

/** Options of `fit`; `B` is what a held-out batch is. */
export interface FitOptions<B = never> {
  /** Steps (rounds of all players) the whole run has, those before a resume included; or give `until`. */
  readonly steps?: number
  /** Ends the run after a time instead. */
  readonly until?: Until
  /**
   * One for all players, or one for each by name; or a function that makes them for the number of steps, so that schedules
   * fit a run whose steps are planned while it runs, or that is lengthened on a resume: the same kind for every number.
   */
  readonly optimizer: Optimizers | ((steps: number) => Optimizers)
  /** Where all randomness of the training comes from. */
  readonly key: Key
  /** Gradients are scaled down to this global 2-norm per player. @default Infinity */
  readonly clipNorm?: number
  /** Batches per update, whose gradients are averaged. @default 1 */
  readonly accumulate?: number
  /**
   * Names of the players that make their updates in the round after so many steps; the others sit out, and the step's event
   * has no losses of them. What the rest draw does not depend on who sits out. A pure function, for a resume asks it again.
   * @default all play every round
   */
  readonly playing?: (step: number) => readonly string[]
  /** Average the weights: a decay or more, or the width of a power-function average. @default none */
  readonly ema?: number | EmaOptions | PowerEmaOptions
  /** Ends the run after the step at hand, with a checkpoint where there is a store. */
  readonly signal?: AbortSignal
  /** Steps between two sample events. @default none */
  readonly sampleEvery?: number
  /** Measures the losses on batches that training never sees, keeps the best checkpoint by them, may end the run. @default none */
  readonly validation?: ValidationOptions<B>
  readonly checkpoints?: CheckpointOptions
  /** Go on from the last checkpoint (or start, where there is none), from a step, or as told. @default false */
  readonly resume?: boolean | number | ResumeOptions
}

/** All that a run needs to know, checked. */
export interface Plan<B> {
  readonly model: Trainable<B>
  readonly batches: Batches<B>
  /** How far it goes. */
  readonly end: { readonly steps: number } | Until
  /** The players' optimizers in a run of so many steps. */
  readonly optimizers: (steps: number) => Readonly<Record<string, Optimizer>>
  readonly key: Key
  readonly clipNorm: number
  readonly accumulate: number
  readonly playing: ((step: number) => readonly string[]) | undefined
  readonly ema: AveragePlan | undefined
  readonly signal: AbortSignal | undefined
  readonly sampleEvery: number
  readonly validation: ValidationPlan<B> | undefined
  readonly checkpoints: Required<CheckpointOptions> | undefined
  readonly resume: ResumeOptions | undefined
}

/**
 * Checks a model and options before any work.
 *
 * @throws GenError `config`, `value` or `range`.
 */
export function planOf<B>(model: Trainable<B>, batches: Batches<B>, options: FitOptions<B>): Plan<B> {
  const { optimizer, key, clipNorm = Number.POSITIVE_INFINITY, accumulate = 1, playing } = options
  const { ema, signal, sampleEvery, validation, checkpoints, resume = false } = options
  assertKey(where, 'key', key)
  const end = endOf(options)
  assertInteger(where, 'accumulate', accumulate, { min: 1 })
  assertNumber(where, 'clipNorm', clipNorm, { exclusiveMin: 0 })
  if (sampleEvery !== undefined) assertInteger(where, 'sampleEvery', sampleEvery, { min: 1 })
  const names = playerNames(model.players)
  if (resume !== false && !checkpoints) {
    throw new GenError(
      'config',
      `${where}: expected checkpoints with resume, got none; pass checkpoints: { store, every }`,
    )
  }
  const optimizers = (steps: number) =>
    optimizersOf(names, typeof optimizer === 'function' ? optimizer(steps) : optimizer)
  optimizers('steps' in end ? end.steps : unknownSteps)
  return {
    model,
    batches,
    end,
    optimizers,
    key,
    clipNorm,
    accumulate,
    playing: playing && ((step) => playersOf(names, step, playing(step))),
    ema: ema === undefined ? undefined : emaOptions(ema, names),
    signal,
    sampleEvery: sampleEvery ?? Number.POSITIVE_INFINITY,
    validation: validation && validationOptions(validation, checkpoints?.score ?? totalOfOnly(names)),
    checkpoints: checkpoints && checkpointOptions(checkpoints, names),
    resume: resumeOptions(resume),
  }
}

/** Steps at which a checkpoint takes down the learning rate and who plays: enough to tell two schedules apart. */
const probes = [0, 1, 10, 100, 1000, 10_000, 100_000]

/** What a resumed run must have in common with the run before, as plain JSON; `steps` is what schedules are made for. */
export function configOf<B>(plan: Plan<B>, steps: number): Record<string, unknown> {
  const { model, batches, clipNorm, accumulate, playing, ema, validation } = plan
  const optimizers = plan.optimizers(steps)
  const players = model.players.map((player) => {
    const { name: kind, config, learningRate } = optimizers[player.name]!
    const rates = probes.map((step) => rateAt(learningRate, step))
    return [
      player.name,
      { steps: player.steps ?? 1, optimizer: { name: kind, ...config, learningRate: rates } },
    ] as const
  })
  return {
    batches: batches.config ?? null,
    model: model.config ?? null,
    players: Object.fromEntries(players),
    clipNorm: Number.isFinite(clipNorm) ? clipNorm : null,
    accumulate,
    playing: playing && probes.map(playing),
    ema: ema ?? null,
    // Only where there is one: checkpoints of runs without have no such word.
    ...(validation && { validation: validationConfig(validation) }),
  }
}

function validationConfig<B>({ every, count, batches }: ValidationPlan<B>): Record<string, unknown> {
  return { every, count, batches: batches.config ?? null }
}

const where = 'train.fit'

function playerNames(players: readonly Pick<Player<never>, 'name' | 'steps' | 'variables'>[]): string[] {
  const names = players.map(({ name }) => name)
  const bad = names.find((name, i) => !/^\w[\w-]*$/.test(name) || names.indexOf(name) !== i)
  if (names.length === 0 || bad !== undefined) {
    throw new GenError(
      'config',
      `${where}: expected players of different names made of letters, digits, _ and -, got ${names.join(', ') || 'none'}`,
    )
  }
  for (const { name, steps = 1, variables } of players) {
    assertInteger(where, `steps of player ${name}`, steps, { min: 1 })
    if (variables().length > 0) continue
    throw new GenError(
      'config',
      `${where}: expected player ${name} to have variables, got none; build its network first`,
    )
  }
  return names
}

function playersOf(names: readonly string[], step: number, playing: readonly string[]): readonly string[] {
  const unknown = playing.find((name) => !names.includes(name))
  if (unknown === undefined) return playing
  throw refusal('config', where, {
    expected: `playing to give names among ${names.join(', ')}`,
    got: `${unknown} for step ${step}`,
    details: { step, playing },
  })
}

function endOf({ steps, until }: Pick<FitOptions, 'steps' | 'until'>): Plan<never>['end'] {
  if ((steps === undefined) === (until === undefined)) {
    const got = steps === undefined ? 'neither' : 'both'
    throw new GenError('config', `${where}: expected either steps or until, got ${got}; pass one of them`)
  }
  if (until) {
    assertNumber(where, 'until.seconds', until.seconds, {
      exclusiveMin: 0,
      exclusiveMax: Number.POSITIVE_INFINITY,
    })
    const { counts = 'everything' } = until
    if (counts !== 'everything' && counts !== 'training') {
      throw new GenError('value', `${where}: expected until.counts everything or training, got ${String(counts)}`)
    }
    return until
  }
  assertInteger(where, 'steps', steps!, { min: 0 })
  return { steps: steps! }
}

function optimizersOf(names: readonly string[], optimizer: Optimizers): Record<string, Optimizer> {
  const shared = isOptimizer(optimizer)
  const given = shared ? names : Object.keys(optimizer)
  const odd = [...names.filter((name) => !given.includes(name)), ...given.filter((name) => !names.includes(name))]
  if (odd.length > 0) {
    throw new GenError(
      'config',
      `${where}: expected one optimizer for each of ${names.join(', ')}, got ${given.join(', ')}; pass one for all or one each`,
    )
  }
  return Object.fromEntries(names.map((name) => [name, shared ? optimizer : optimizer[name]!]))
}

function isOptimizer(optimizer: Optimizers): optimizer is Optimizer {
  return typeof optimizer.update === 'function'
}

function checkpointOptions(options: CheckpointOptions, players: readonly string[]): Required<CheckpointOptions> {
  const { store, every, keep = 3, score = totalOfOnly(players) ?? (() => Number.NaN) } = options
  assertInteger(where, 'checkpoints.every', every, { min: 1 })
  assertInteger(where, 'checkpoints.keep', keep, { min: 1 })
  return { store, every, keep, score }
}

function totalOfOnly([player, ...others]: readonly string[]): ((losses: StepEvent['losses']) => number) | undefined {
  if (player === undefined || others.length > 0) return undefined
  return (losses) => losses[player]?.total ?? Number.NaN
}

function resumeOptions(resume: boolean | number | ResumeOptions): ResumeOptions | undefined {
  if (typeof resume === 'boolean') return resume ? {} : undefined
  const options = typeof resume === 'number' ? { step: resume } : resume
  if (options.step !== undefined) assertInteger(where, 'resume step', options.step, { min: 0 })
  return options
}
