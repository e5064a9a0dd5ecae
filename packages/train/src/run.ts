/** A training under way: what changes from step to step. @module */
import type { Variable } from '@tensorflow/tfjs-core'
import { type Ema, ema } from './ema.ts'
import type { Plan } from './fit-options.ts'
import { type Pace, type PaceState, stepPace, timePace, unknownSteps } from './progress/pace.ts'
import type { PlayerRun } from './steps/player-run.ts'
import { variablesOf } from './weights.ts'

/** Share of a step's loss in the running mean by which checkpoints are compared. */
const share = 0.01

/** The state of a run; {@link disposeRun} frees it. */
export interface Run<B> {
  readonly plan: Plan<B>
  readonly players: readonly PlayerRun<B>[]
  /** All variables by name, those of `state()` included. */
  readonly variables: Readonly<Record<string, Variable>>
  /** Names of the averaged variables, in the order of `ema.averages`. */
  readonly emaNames: readonly string[]
  ema: Ema | undefined
  /** How far it goes. */
  pace: Pace
  /** Steps done. */
  step: number
  /** Step of the last checkpoint. */
  savedStep: number | undefined
  /** Σ of the weighted scores and Σ of the weights. */
  loss: { sum: number; weight: number }
  best: { step: number; loss: number } | null
}

/** How far a run goes, also where it goes on from a checkpoint that another plan made. */
export function paceOf<B>({ end }: Plan<B>, step?: number, saved?: PaceState): Pace {
  return 'steps' in end ? stepPace(end.steps) : timePace(end.seconds, step, saved)
}

/** The number of steps that schedules are made for. */
export function scheduledSteps({ steps }: Pick<PaceState, 'steps'>): number {
  return steps ?? unknownSteps
}

/** Makes the optimizers for the steps that are planned now; their slots stay. */
export function fitSchedules<B>(run: Run<B>): void {
  const optimizers = run.plan.optimizers(scheduledSteps(run.pace.state()))
  for (const player of run.players) player.optimizer = optimizers[player.player.name]!
}

/** A run that has done nothing yet. */
export function freshRun<B>(plan: Plan<B>): Run<B> {
  const variables = variablesOf(plan.model)
  const averaged = new Set(
    plan.model.players.flatMap((player) => (plan.ema?.players.includes(player.name) ? player.variables() : [])),
  )
  const pace = paceOf(plan)
  const optimizers = plan.optimizers(scheduledSteps(pace.state()))
  const emaNames = Object.keys(variables).filter((name) => averaged.has(variables[name]!))
  return {
    plan,
    players: plan.model.players.map((player) => {
      const own = player.variables()
      const optimizer = optimizers[player.name]!
      return {
        player,
        variables: own,
        state: player.state?.() ?? [],
        optimizer,
        slots: optimizer.init(own),
        updates: 0,
        checked: false,
      }
    }),
    variables,
    emaNames,
    ema:
      plan.ema &&
      ema(
        emaNames.map((name) => variables[name]!),
        plan.ema,
      ),
    pace,
    step: 0,
    savedStep: undefined,
    loss: { sum: 0, weight: 0 },
    best: null,
  }
}

/** Takes a step's score into the running mean. */
export function noteScore<B>(run: Run<B>, score: number): void {
  if (Number.isNaN(score)) return
  run.loss = { sum: (1 - share) * run.loss.sum + share * score, weight: (1 - share) * run.loss.weight + share }
}

/** Frees all that the run made; the model's variables stay. */
export function disposeRun<B>({ players, ema: averages }: Run<B>): void {
  averages?.dispose()
  for (const { slots } of players) for (const list of Object.values(slots)) for (const tensor of list) tensor.dispose()
}
