/** The loss on held-out batches. @module */
import { fold, type Key, split } from '@gen/backend'
import { add, dispose, type Scalar, stack, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { ValidationEvent } from '../progress/events.ts'
import type { Run } from '../run.ts'
import { atBatch } from '../steps/at-batch.ts'
import type { PlayerRun } from '../steps/player-run.ts'

/** Sums over batches of one player's losses. */
interface Sums {
  readonly names: readonly string[]
  readonly values: Tensor1D
}

/**
 * Measures the losses of a run's held-out batches, by the averaged weights where there are any. Weights, the players' states
 * and what training draws stay as they are.
 */
export async function validate<B>(run: Run<B>): Promise<ValidationEvent> {
  const { score } = run.plan.validation!
  const losses = await heldOutLosses(run)
  const value = score(losses)
  const best = !Number.isNaN(value) && (run.best === null || value < run.best.loss)
  if (best) run.best = { step: run.step, loss: value }
  return { type: 'validation', step: run.step, losses, score: value, best }
}

/** Whether so many measurements brought no lower score that the run ends. What a checkpoint holds tells it as well. */
export function isStalled<B>({ plan: { validation }, step, best }: Run<B>): boolean {
  return validation !== undefined && step - (best?.step ?? 0) >= validation.patience * validation.every
}

async function heldOutLosses<B>(run: Run<B>): Promise<ValidationEvent['losses']> {
  const { count } = run.plan.validation!
  // `fold` of this key is training's, `split` of it nobody's.
  const [own] = split(run.plan.key, 1) as [Key]
  const states = run.players.flatMap(({ state }) => state.map((variable) => ({ variable, before: variable.clone() })))
  const sums: Record<string, Sums> = {}
  run.ema?.show()
  try {
    for (let i = 0; i < count; i++) await addBatch(run, sums, i, fold(own, i))
    const entries = Object.entries(sums).map(async ([player, { names, values }]) => {
      const numbers = await values.data<'float32'>()
      return [player, Object.fromEntries(names.map((name, j) => [name, numbers[j]! / count]))] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  } finally {
    run.ema?.hide()
    for (const { variable, before } of states) {
      variable.assign(before)
      before.dispose()
    }
    for (const { values } of Object.values(sums)) values.dispose()
  }
}

/** Adds every player's losses of the batch with this index. */
async function addBatch<B>(run: Run<B>, sums: Record<string, Sums>, index: number, key: Key): Promise<void> {
  const batch = await run.plan.validation!.batches.at(index)
  try {
    run.players.forEach(({ player }, place) => {
      const fresh = lossesOf(player, batch, fold(key, place))
      const old = sums[player.name]
      if (!old) sums[player.name] = fresh
      else {
        sums[player.name] = { names: old.names, values: add(old.values, fresh.values) }
        dispose([old.values, fresh.values])
      }
    })
  } catch (error) {
    throw atBatch(error, index)
  } finally {
    dispose(batch as Parameters<typeof dispose>[0])
  }
}

function lossesOf<B>(player: PlayerRun<B>['player'], batch: B, key: Key): Sums {
  let names: string[] = []
  const values = tidy(() => {
    const losses: Readonly<Record<string, Scalar>> = player.loss(batch, key)
    names = Object.keys(losses)
    return stack(Object.values(losses)) as Tensor1D
  })
  return { names, values }
}
