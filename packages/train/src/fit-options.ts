/** Options of `fit`, checked and completed. @module */
import { assertInteger, assertKey, assertNumber, GenError, type Key } from '@gen/backend'
import type { CheckpointStore } from './checkpoint-store.ts'
import { type EmaOptions, emaOptions } from './ema.ts'
import type { StepEvent } from './events.ts'
import type { Optimizer } from './optimizer.ts'
import type { Batches, Player, Trainable } from './player.ts'
import { rateAt } from './schedule.ts'

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

/** Options of `fit`. */
export interface FitOptions {
  /** Steps (rounds of all players) the whole run has, those before a resume included. */
  readonly steps: number
  /** One for all players, or one for each by name. */
  readonly optimizer: Optimizer | Readonly<Record<string, Optimizer>>
  /** Where all randomness of the training comes from. */
  readonly key: Key
  /** Gradients are scaled down to this global 2-norm per player. @default Infinity */
  readonly clipNorm?: number
  /** Batches per update, whose gradients are averaged. @default 1 */
  readonly accumulate?: number
  /** Average the weights: a decay, or more. @default none */
  readonly ema?: number | EmaOptions
  /** Ends the run after the step at hand, with a checkpoint where there is a store. */
  readonly signal?: AbortSignal
  /** Steps between two sample events. @default none */
  readonly sampleEvery?: number
  readonly checkpoints?: CheckpointOptions
  /** Go on from the last checkpoint (or start, where there is none), from a step, or as told. @default false */
  readonly resume?: boolean | number | ResumeOptions
}

/** All that a run needs to know, checked. */
export interface Plan<B> {
  readonly model: Trainable<B>
  readonly batches: Batches<B>
  readonly steps: number
  readonly optimizers: Readonly<Record<string, Optimizer>>
  readonly key: Key
  readonly clipNorm: number
  readonly accumulate: number
  readonly ema: Required<EmaOptions> | undefined
  readonly signal: AbortSignal | undefined
  readonly sampleEvery: number
  readonly checkpoints: Required<CheckpointOptions> | undefined
  readonly resume: ResumeOptions | undefined
}

/**
 * Checks a model and options before any work.
 *
 * @throws GenError `config`, `value` or `range`.
 */
export function planOf<B>(model: Trainable<B>, batches: Batches<B>, options: FitOptions): Plan<B> {
  const { steps, optimizer, key, clipNorm = Number.POSITIVE_INFINITY, accumulate = 1 } = options
  const { ema, signal, sampleEvery, checkpoints, resume = false } = options
  assertKey(where, 'key', key)
  assertInteger(where, 'steps', steps, { min: 0 })
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
  return {
    model,
    batches,
    steps,
    optimizers: optimizersOf(names, optimizer),
    key,
    clipNorm,
    accumulate,
    ema: ema === undefined ? undefined : emaOptions(ema, names),
    signal,
    sampleEvery: sampleEvery ?? Number.POSITIVE_INFINITY,
    checkpoints: checkpoints && checkpointOptions(checkpoints, names),
    resume: resumeOptions(resume),
  }
}

/** Steps at which a checkpoint takes down the learning rate: enough to tell two schedules apart. */
const probes = [0, 1, 10, 100, 1000, 10_000, 100_000]

/** What a resumed run must have in common with the run before, as plain JSON. */
export function configOf<B>({ model, optimizers, clipNorm, accumulate, ema }: Plan<B>): Record<string, unknown> {
  const players = model.players.map(({ name, steps = 1 }) => {
    const { name: kind, config, learningRate } = optimizers[name]!
    const rates = probes.map((step) => rateAt(learningRate, step))
    return [name, { steps, optimizer: { name: kind, ...config, learningRate: rates } }] as const
  })
  return {
    model: model.config ?? null,
    players: Object.fromEntries(players),
    clipNorm: Number.isFinite(clipNorm) ? clipNorm : null,
    accumulate,
    ema: ema ?? null,
  }
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

function optimizersOf(names: readonly string[], optimizer: FitOptions['optimizer']): Record<string, Optimizer> {
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

function isOptimizer(optimizer: FitOptions['optimizer']): optimizer is Optimizer {
  return typeof optimizer.update === 'function'
}

function checkpointOptions(options: CheckpointOptions, players: readonly string[]): Required<CheckpointOptions> {
  const { store, every, keep = 3, score = players.length === 1 ? totalOf(players[0]!) : () => Number.NaN } = options
  assertInteger(where, 'checkpoints.every', every, { min: 1 })
  assertInteger(where, 'checkpoints.keep', keep, { min: 1 })
  return { store, every, keep, score }
}

function totalOf(player: string): (losses: StepEvent['losses']) => number {
  return (losses) => losses[player]?.total ?? Number.NaN
}

function resumeOptions(resume: boolean | number | ResumeOptions): ResumeOptions | undefined {
  if (typeof resume === 'boolean') return resume ? {} : undefined
  const options = typeof resume === 'number' ? { step: resume } : resume
  if (options.step !== undefined) assertInteger(where, 'resume step', options.step, { min: 0 })
  return options
}
