/** A condition as the tensors that a network is told. @module */
import { slice, type Tensor, type Tensor1D, tile } from '@tensorflow/tfjs-core'
import { type Labels, labelTensor } from '../labels/labels.ts'
import { assertContext, type ContextBounds, contextRows } from './context.ts'

/** What a network is told of each row. */
export interface ConditionTensors {
  readonly label: Tensor1D | undefined
  readonly context: Tensor | undefined
}

/** What a condition must fit. */
export interface ConditionBounds extends ContextBounds {
  /** Labels are below it; 0 for a model that takes none. */
  readonly classes: number
}

/**
 * The tensors of a condition, a row for each item; both are the caller's.
 *
 * @throws GenError `config`, `shape` or `range`, as `labelTensor` and `assertContext`.
 * @example
 * const { context } = conditionTensors('vae.decode', { context: ones([1, 4]) }, { rows: 6, classes: 0, context: [4] })
 */
export function conditionTensors(
  where: string,
  { labels, context }: { readonly labels?: Labels | undefined; readonly context?: Tensor | undefined },
  bounds: ConditionBounds,
): ConditionTensors {
  const isTold = assertContext(where, context, bounds)
  const label = labelTensor(where, labels, bounds)
  return { label, context: isTold ? contextRows(context, 0, bounds.rows) : undefined }
}

/** The condition of some rows; both tensors are the caller's. */
export function conditionRows({ label, context }: ConditionTensors, offset: number, rows: number): ConditionTensors {
  return { label: label && slice(label, offset, rows), context: context && slice(context, offset, rows) }
}

/** The condition of so many copies of all rows, one after the other; for use inside a `tidy`. */
export function repeatCondition(told: ConditionTensors, times: number): ConditionTensors {
  if (times === 1) return told
  const { label, context } = told
  return {
    label: label && tile(label, [times]),
    context: context && tile(context, [times, ...context.shape.slice(1).map(() => 1)]),
  }
}
