/** Saving a run and getting it back, bit by bit. @module */
import { refusal } from '@gen/backend'
import { encodeSafetensors } from '@gen/io'
import type { CheckpointStore } from '@gen/model'
import { configOf, type ResumeOptions } from '../fit-options.ts'
import type { CheckpointEvent } from '../progress/events.ts'
import { fitSchedules, paceOf, type Run, scheduledSteps } from '../run.ts'
import { readAll } from '../weights.ts'
import { assertSameRun, type CheckpointState, encodeState } from './checkpoint-state.ts'
import { checkpointTensors, restoreTensors } from './checkpoint-tensors.ts'
import { readCheckpoint } from './load-checkpoint.ts'

const where = 'train.fit'

/** Saves a run and removes the checkpoints that need not stay. */
export async function saveCheckpoint<B>(run: Run<B>): Promise<CheckpointEvent> {
  const { store, keep } = run.plan.checkpoints!
  const { step } = run
  const best = bestOf(run)
  const state: CheckpointState = {
    format: 'gen.checkpoint',
    version: 1,
    step,
    pace: run.pace.state(),
    key: run.plan.key,
    updates: Object.fromEntries(run.players.map(({ player, updates }) => [player.name, updates])),
    names: Object.fromEntries(Object.entries(run.variables).map(([name, variable]) => [name, variable.name])),
    config: configOf(run.plan, scheduledSteps(run.pace.state())),
    loss: run.loss,
    best,
  }
  const weights = encodeSafetensors(await readAll(checkpointTensors(run)))
  const location = await store.save(step, { 'state.json': encodeState(state), 'weights.safetensors': weights })
  run.savedStep = step
  run.best = best
  await prune(store, step, keep, best?.step)
  return { type: 'checkpoint', step, location, best: best?.step === step }
}

/** The best checkpoint with that of this step: by the loss on held-out batches, which has been compared, or by training's own. */
function bestOf<B>({ plan, step, loss: { sum, weight }, best }: Run<B>): Run<B>['best'] {
  const loss = weight > 0 ? sum / weight : Number.NaN
  if (plan.validation || Number.isNaN(loss)) return best
  return best === null || loss < best.loss ? { step, loss } : best
}

/**
 * Puts a run where its checkpoint was; without a checkpoint, and none asked for by step, the run stays at its start.
 *
 * @throws GenError `file` for a damaged or missing checkpoint, `config` and `shape` for one of another run; then nothing
 * has changed.
 */
export async function resumeRun<B>(run: Run<B>, { step, allowChanges = false }: ResumeOptions): Promise<void> {
  const { store } = run.plan.checkpoints!
  const from = step ?? (await store.list()).at(-1)
  if (from === undefined) return
  const { state, tensors } = await readCheckpoint(where, store, from)
  // Schedules that are made for the number of steps: compared for the same number, so that a run can be lengthened.
  const config = configOf(run.plan, scheduledSteps(state.pace))
  if (!allowChanges) assertSameRun(where, state, { config, key: run.plan.key })
  restoreTensors(where, run, tensors, allowChanges)
  run.step = state.step
  for (const player of run.players) {
    const { name, steps = 1 } = player.player
    player.updates = state.updates?.[name] ?? state.step * steps
  }
  run.savedStep = state.step
  run.loss = state.loss
  run.best = state.best
  run.pace = paceOf(run.plan, state.step, state.pace)
  fitSchedules(run)
}

/** Starting afresh beside another run's checkpoints would mix the two. */
export async function assertEmptyStore(store: CheckpointStore): Promise<void> {
  const saved = await store.list()
  if (saved.length === 0) return
  throw refusal('config', where, {
    expected: 'an empty checkpoint store',
    got: `steps ${saved.join(', ')}`,
    remedy: 'pass resume: true or another store',
    details: { steps: saved },
  })
}

/** What is later than this step belongs to a branch that was given up by going back. */
async function prune(store: CheckpointStore, step: number, keep: number, best: number | undefined): Promise<void> {
  const saved = await store.list()
  const last = saved.filter((other) => other <= step).slice(-keep)
  for (const other of saved) if (!last.includes(other) && other !== best) await store.remove(other)
}
