/** What a GAN trains on, and the checks of it. @module */
import { assertLabels, assertShape, checkLabels, checkValues } from '@gen/backend'
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
  const [rows = 0] = x.shape
  // A model without classes trains on labeled data too.
  if (classes > 0 && assertLabels(where, labels, { rows, classes })) assertShape(where, 'batch.labels', labels, [rows])
}

/**
 * Reads a batch and checks its values.
 *
 * @throws GenError `range` for images outside [0, 1] or labels that are no class, `non-finite` for NaN.
 */
export async function checkBatch(model: BatchModel, batch: GanBatch): Promise<void> {
  assertBatch(model, batch)
  const bounds = model.shape.length === 3 ? { min: 0, max: 1, slack: 1e-6, remedy: 'scale the images to [0, 1]' } : {}
  await checkValues(where, 'batch.x', batch.x, bounds)
  if (model.classes > 0 && batch.labels) await checkLabels(where, batch.labels, model.classes)
}
