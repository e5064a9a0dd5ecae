/** Stops a training before it trains on numbers that are not finite. @module */
import { refusal } from '@gen/backend'
import type { Batches, Player } from '@gen/model'
import { dispose, type Tensor } from '@tensorflow/tfjs-core'
import { atBatch } from './at-batch.ts'
import { batchTensors } from './batch-tensors.ts'
import type { Measured } from './measure.ts'
import type { PlayerRun, UpdatePlace } from './player-run.ts'

/** What {@link guard} looks at. */
export interface GuardInput<B> {
  readonly run: PlayerRun<B>
  readonly batches: Batches<B>
  readonly place: UpdatePlace
  readonly accumulate: number
  readonly measured: Measured
}

/**
 * Checks what an update measured.
 *
 * @throws GenError `non-finite` that names the batch's bad number, or the step, the player and the largest gradient; what
 * the player's check throws, with the batch.
 */
export async function guard<B>({ run, batches, place, accumulate, measured }: GuardInput<B>): Promise<void> {
  const { losses, batchSum, norms, gradientNorm } = measured
  const finite = Number.isFinite(losses.total) && Number.isFinite(gradientNorm)
  if (finite && Number.isFinite(batchSum)) return
  for (let i = 0; i < accumulate; i++) await assertBatch(run.player, batches, place.index + i)
  if (finite) return
  const largest = indexOfLargest(norms)
  const variable = `${run.player.name}/${largest} (${run.variables[largest]?.name})`
  const kept = place.lastCheckpoint === undefined ? '' : `; the checkpoint of step ${place.lastCheckpoint} is kept`
  throw refusal('non-finite', 'train.fit', {
    expected: `finite losses and gradients of player ${run.player.name} at step ${place.round + 1}`,
    got: `total ${losses.total} and gradient norm ${gradientNorm}, the largest gradient ${variable} with norm ${norms[largest]}`,
    remedy: `lower the learning rate or pass clipNorm: 1${kept}`,
    details: {
      step: place.round + 1,
      player: run.player.name,
      losses,
      gradientNorm,
      variable: largest,
      variableNorm: norms[largest],
      lastCheckpoint: place.lastCheckpoint,
    },
  })
}

/** A batch is a pure function of its index, so the bad one can be looked at again, by the player's own check as well. */
async function assertBatch<B>(player: Player<B>, batches: Batches<B>, index: number): Promise<void> {
  const batch = await batches.at(index)
  try {
    await assertFiniteTensors(batch, index)
    await player.check?.(batch)
  } catch (error) {
    throw atBatch(error, index)
  } finally {
    dispose(batch as Parameters<typeof dispose>[0])
  }
}

async function assertFiniteTensors(batch: unknown, index: number): Promise<void> {
  for (const [name, tensor] of batchTensors(batch)) {
    const data = await tensor.data<'float32'>()
    const bad = data.findIndex((value) => !Number.isFinite(value))
    if (bad < 0) continue
    const at = coordinates(tensor, bad).join(', ')
    throw refusal('non-finite', 'train.fit', {
      expected: `finite numbers in batch ${index}`,
      got: `${data[bad]} at ${name}[${at}]`,
      remedy: 'clean the data',
      details: { batch: index, tensor: name, at: coordinates(tensor, bad) },
    })
  }
}

function coordinates({ shape }: Tensor, index: number): number[] {
  let rest = index
  return shape.map((_, axis) => {
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1)
    const at = Math.floor(rest / stride)
    rest -= at * stride
    return at
  })
}

/** The first NaN or infinity, else the largest. */
function indexOfLargest(norms: readonly number[]): number {
  const bad = norms.findIndex((norm) => !Number.isFinite(norm))
  return bad >= 0 ? bad : norms.indexOf(Math.max(...norms))
}
