/** Reading checkpoints, to go on or to use their weights. @module */
import { refusal } from '@gen/backend'
import { decodeSafetensors } from '@gen/io'
import type { CheckpointStore } from '@gen/model'
import { variablesOf, type WithPlayers, writeAll } from '../weights.ts'
import { type CheckpointState, decodeState } from './checkpoint-state.ts'
import { type RawTensors, withoutPrefix } from './checkpoint-tensors.ts'

/** Options of {@link loadCheckpoint}. */
export interface LoadCheckpointOptions {
  /** Which one: a step, the last, or the one with the lowest loss. @default 'last' */
  step?: number | 'last' | 'best'
  /** Averaged weights, where the run had them, or the raw ones. @default 'ema' */
  weights?: 'ema' | 'raw'
}

/**
 * Puts the weights of a checkpoint into a model, to sample from it or to measure it. To train on, pass `resume` to `fit`.
 *
 * @returns The step of the checkpoint.
 * @throws GenError `file` for a damaged or missing checkpoint or one of other weights, `shape` for other shapes; the model
 * is untouched.
 * @example
 * await loadCheckpoint(model, folderStore('run/checkpoints'), { step: 'best' })
 */
export async function loadCheckpoint(
  model: WithPlayers,
  store: CheckpointStore,
  { step = 'last', weights = 'ema' }: LoadCheckpointOptions = {},
): Promise<number> {
  const where = 'train.loadCheckpoint'
  const last = (await store.list()).at(-1)
  if (last === undefined)
    throw refusal('file', where, { expected: 'a checkpoint', got: 'an empty store', remedy: 'train first' })
  let { state, tensors } = await readCheckpoint(where, store, typeof step === 'number' ? step : last)
  const best = state.best?.step
  if (step === 'best' && best !== undefined && best !== last) {
    ;({ state, tensors } = await readCheckpoint(where, store, best))
  }
  const averages = weights === 'ema' ? withoutPrefix('ema/', tensors) : {}
  writeAll(where, variablesOf(model), { ...withoutPrefix('weights/', tensors), ...averages })
  return state.step
}

/** What a checkpoint's files say. */
export interface Checkpoint {
  readonly state: CheckpointState
  readonly tensors: RawTensors
}

/** Reads and parses the files of a step. */
export async function readCheckpoint(where: string, store: CheckpointStore, step: number): Promise<Checkpoint> {
  const saved = await store.list()
  if (!saved.includes(step)) {
    throw refusal('file', where, {
      expected: `one of the checkpoints ${saved.join(', ') || '(none)'}`,
      got: `step ${step}`,
    })
  }
  const files = await store.load(step)
  const state = decodeState(where, files['state.json'])
  const bytes = files['weights.safetensors']
  if (bytes) return { state, tensors: decodeSafetensors(bytes).tensors }
  throw refusal('file', where, {
    expected: `weights.safetensors at step ${step}`,
    got: 'none',
    remedy: 'resume from another step',
  })
}
