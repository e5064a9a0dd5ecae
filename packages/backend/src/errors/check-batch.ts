/** The batches that models are trained on: one check for all families. @module */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { assertContext, checkContext } from '../conditions/context.ts'
import { assertLabels, checkLabels } from '../labels/labels.ts'
import { checkValues, type ValueBounds } from './check-values.ts'
import { assertShape } from './checks.ts'

/** What a batch must fit. */
export interface BatchBounds {
  /** Shape of one item, without the batch; items of `[h, w, c]` are images. */
  readonly shape: readonly number[]
  /** Labels are below it; 0 for a model that takes none. */
  readonly classes: number
  /** Shape of one row of the context. @default none, of a model that takes none */
  readonly context?: readonly number[] | undefined
  /** What values may be. @default [0, 1] for images, else all finite numbers */
  readonly values?: ValueBounds
}

/** Items, with the class of each where they have classes, and what else is known of it. */
interface Items {
  readonly x: Tensor
  readonly labels?: Tensor1D | undefined
  readonly condition?: { readonly context: Tensor } | undefined
}

const pixels: ValueBounds = { min: 0, max: 1, slack: 1e-6, remedy: 'scale the images to [0, 1]' }

/**
 * Checks the shapes of a batch, which costs nothing, at every step. A model without classes takes labeled batches too, and one without a context any.
 *
 * @throws GenError `shape`, or `config` where labels or a context are missing.
 * @example
 * assertBatch('gan.loss', { shape: [2], classes: 0 }, { x: zeros([64, 2]) })
 */
export function assertBatch(where: string, bounds: BatchBounds, { x, labels, condition }: Items): void {
  const { shape, classes, context } = bounds
  const remedy = `the model is made for [batch, ${shape.join(', ')}]: resize the data or the model`
  assertShape(where, 'batch.x', x, [null, ...shape], remedy)
  const [rows = 0] = x.shape
  if (classes > 0 && assertLabels(where, labels, { rows, classes })) assertShape(where, 'batch.labels', labels, [rows])
  if (context) assertContext(where, condition?.context, { rows, context })
}

/**
 * Reads a batch from the device and checks shapes and values: a player's `check`.
 *
 * @throws GenError as {@link assertBatch}; `range` for images outside of [0, 1] or labels that are no class, `non-finite`.
 * @example
 * await checkBatch('gan.loss', { shape: [8, 8, 1], classes: 10 }, { x: zeros([2, 8, 8, 1]), labels: tensor1d([3, 4], 'int32') })
 */
export async function checkBatch(where: string, bounds: BatchBounds, batch: Items): Promise<void> {
  assertBatch(where, bounds, batch)
  const { shape, classes, values = shape.length === 3 ? pixels : {} } = bounds
  await checkValues(where, 'batch.x', batch.x, values)
  if (classes > 0 && batch.labels) await checkLabels(where, batch.labels, classes)
  if (bounds.context && batch.condition) await checkContext(where, batch.condition.context)
}
