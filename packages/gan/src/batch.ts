/** What a GAN trains on, and the checks of it. @module */
import { assertShape, GenError } from '@gen/backend'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'

/** Data; the batches of `@gen/data` are such. */
export interface GanBatch {
  /** Images `[batch, h, w, c]` in [0, 1], or points `[batch, n]` as they are. */
  readonly x: Tensor
  /** Class of each row, int32 `[batch]`; needed by a model with classes. */
  readonly labels?: Tensor1D
}

/** What a batch must fit. */
export interface BatchModel {
  readonly shape: readonly number[]
  readonly classes: number
}

const where = 'gan.loss'

/**
 * Checks the shapes of a batch, which costs nothing, at every step.
 *
 * @throws GenError `shape` or `config`.
 */
export function assertBatch({ shape, classes }: BatchModel, { x, labels }: GanBatch): void {
  const remedy = `the networks are made for [batch, ${shape.join(', ')}]: resize the data or the networks`
  assertShape(where, 'batch.x', x, [null, ...shape], remedy)
  if (classes === 0) return
  if (labels) assertShape(where, 'batch.labels', labels, [x.shape[0] ?? 0], 'pass one label per row')
  else
    throw new GenError('config', `${where}: expected labels for ${classes} classes, got none; pass batches with labels`)
}

/**
 * Reads a batch and checks its values.
 *
 * @throws GenError `range` for images outside [0, 1] or labels that are no class.
 */
export async function checkBatch(model: BatchModel, batch: GanBatch): Promise<void> {
  assertBatch(model, batch)
  if (model.shape.length === 3) {
    const { min, max } = extremes(await batch.x.data())
    if (min < -1e-6 || max > 1 + 1e-6) {
      const message = `${where}: expected images in [0, 1], got values from ${min} to ${max}; scale them`
      throw new GenError('range', message, { details: { min, max } })
    }
  }
  if (model.classes === 0 || !batch.labels) return
  const { min, max } = extremes(await batch.labels.data())
  if (min >= 0 && max < model.classes) return
  throw new GenError(
    'range',
    `${where}: expected labels from 0 to ${model.classes - 1}, got ${min} to ${max}; pass classes: ${max + 1}`,
    { details: { min, max, classes: model.classes } },
  )
}

function extremes(values: ArrayLike<number>): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i]!)
    max = Math.max(max, values[i]!)
  }
  return { min, max }
}
