/** Gradients over one batch or several. @module */
import { refusal, type Scope } from '@gen/backend'
import type { Batches } from '@gen/model'
import { add, addN, concat1d, dispose, reshape, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import { atBatch } from './at-batch.ts'
import { batchTensors } from './batch-tensors.ts'
import { lossGradients } from './gradients.ts'
import type { PlayerRun, UpdatePlace } from './player-run.ts'

/** Sums over the batches. */
export interface Accumulated {
  readonly names: readonly string[]
  /** The losses in the order of `names`, then the sum of all numbers in the batches. */
  readonly readings: Tensor1D
  /** One per variable; undefined where the loss does not depend on the variable. */
  readonly gradients: readonly (Tensor | undefined)[]
  /** Rows of all batches. */
  readonly rows: number
}

/** Draws batches and sums losses and gradients over them. The tensors belong to `memory`. */
export async function accumulateGradients<B>(
  run: PlayerRun<B>,
  batches: Batches<B>,
  place: UpdatePlace,
  count: number,
  memory: Scope,
): Promise<Accumulated> {
  let total: Accumulated | undefined
  for (let micro = 0; micro < count; micro++) {
    const fresh = await oneBatch(run, batches, place, micro)
    for (const tensor of [fresh.readings, ...fresh.gradients]) if (tensor) memory.keep(tensor)
    total = total === undefined ? fresh : sumOf(total, fresh, memory)
  }
  return total!
}

async function oneBatch<B>(
  run: PlayerRun<B>,
  batches: Batches<B>,
  place: UpdatePlace,
  micro: number,
): Promise<Accumulated> {
  const index = place.index + micro
  const batch = await batches.at(index)
  try {
    const tensors = batchTensors(batch)
    assertAlive(tensors, index)
    if (!run.checked) await run.player.check?.(batch)
    run.checked = true
    const { names, scalars, gradients } = lossGradients(run.player, run.variables, batch, place.key(micro))
    return { names, gradients, readings: withBatchSum(scalars, tensors), rows: tensors[0]?.[1].shape[0] ?? 0 }
  } catch (error) {
    throw atBatch(error, index)
  } finally {
    dispose(batch as Parameters<typeof dispose>[0])
  }
}

/** A NaN in a batch is a NaN in its sum: one cheap number to read along with the losses. */
function withBatchSum(scalars: Tensor1D, tensors: [string, Tensor][]): Tensor1D {
  if (tensors.length === 0) return scalars
  const sums = () => addN(tensors.map(([, tensor]) => sum(tensor)))
  const readings = tidy(() => concat1d([scalars, reshape(sums(), [1])]))
  scalars.dispose()
  return readings
}

function sumOf(total: Accumulated, fresh: Accumulated, memory: Scope): Accumulated {
  const plus = (a: Tensor | undefined, b: Tensor | undefined) => {
    if (!a || !b) return a ?? b
    const result = memory.keep(add(a, b))
    a.dispose()
    b.dispose()
    return result
  }
  return {
    names: total.names,
    readings: plus(total.readings, fresh.readings) as Tensor1D,
    gradients: total.gradients.map((gradient, i) => plus(gradient, fresh.gradients[i])),
    rows: total.rows + fresh.rows,
  }
}

function assertAlive(tensors: [string, Tensor][], index: number): void {
  const dead = tensors.find(([, tensor]) => tensor.isDisposed)
  if (!dead) return
  throw refusal('memory', 'train.fit', {
    expected: `batch ${index} of new tensors`,
    got: `a disposed ${dead[0]}`,
    remedy: `fit owns what at returns: return ${dead[0]}.clone() to keep your own`,
    details: { batch: index, tensor: dead[0] },
  })
}
