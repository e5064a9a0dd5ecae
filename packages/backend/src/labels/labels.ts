/** Class labels, checked once for all families. @module */
import {
  add,
  cast,
  floor,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  reshape,
  where as select,
  sum,
  Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import { readsAtOnce } from '../backends/active.ts'
import { assertShape } from '../errors/checks.ts'

import { refusal } from '../errors/refusal.ts'

/** One class for all rows, or one for each; a tensor is int32 `[rows]`. */
export type Labels = number | readonly number[] | Tensor1D

/** What labels must fit. */
export interface LabelBounds {
  readonly rows: number
  /** Labels are below it; 0 for a model that takes none. */
  readonly classes: number
  /** Whether `classes` itself is allowed, and means "of no class". @default false */
  readonly noClass?: boolean
}

/**
 * One label for each row, as numbers.
 *
 * @throws GenError `value` for no list, `shape` for another number of them, `range` for one that is no class.
 * @example
 * const list = labelList('gan.sample', 7, { rows: 3, classes: 10 })
 */
export function labelList(
  where: string,
  labels: number | readonly number[],
  { rows, classes, noClass = false }: LabelBounds,
): readonly number[] {
  const all = typeof labels === 'number' ? Array<number>(rows).fill(labels) : labels
  if (!Array.isArray(all) && !ArrayBuffer.isView(all)) {
    throw refusal('value', where, {
      expected: 'labels as a number, numbers or a tensor',
      got: all === null ? 'null' : typeof all,
      remedy: 'pass one class for each row',
    })
  }
  if (all.length !== rows) {
    throw refusal('shape', where, {
      expected: `${rows} labels`,
      got: all.length,
      remedy: 'pass one for each row or a single one',
    })
  }
  // The place, not the label: undefined is none, and would pass for nothing found.
  const place = all.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes + Number(noClass))
  if (place < 0) return all
  const bad = all[place]!
  const allowed = noClass ? ` (or ${classes} for no class)` : ''
  const remedy = Number.isInteger(bad) && bad > 0 ? 'raise classes' : 'count the classes from 0, in whole numbers'
  const expected = `labels from 0 to ${classes - 1}${allowed}`
  throw refusal('range', where, { expected, got: bad, remedy, details: { label: bad, classes } })
}

/**
 * Labels as a tensor, int32 `[rows]`, the caller's; undefined for a model without classes.
 *
 * The values of a tensor are checked at once where they lie in the host's memory. Where reading them would wait for a GPU,
 * what is no class becomes −1 instead, and {@link poisonUnknown} makes it show.
 *
 * @throws GenError `config` for labels of a model without classes, or none where they are needed; and as
 * {@link labelList}.
 * @example
 * const label = labelTensor('gan.sample', [3, 1], { rows: 2, classes: 10 })
 */
export function labelTensor(where: string, labels: Labels | undefined, bounds: LabelBounds): Tensor1D | undefined {
  if (!assertLabels(where, labels, bounds)) return undefined
  if (!(labels instanceof Tensor)) return tensor1d([...labelList(where, labels, bounds)], 'int32')
  if (labels.isDisposed) throw refusal('value', where, { expected: 'labels in a tensor', got: 'one that is disposed' })
  assertShape(where, 'labels', labels, [bounds.rows], 'pass one label per row')
  if (!readsAtOnce()) return tidy(() => knownLabels(labels, bounds))
  labelList(where, [...labels.dataSync()], bounds)
  return tidy(() => cast(labels, 'int32').clone())
}

/** Labels as int32; −1 for what is no class. */
function knownLabels(labels: Tensor1D, { classes, noClass = false }: LabelBounds): Tensor1D {
  const numbers = cast(labels, 'float32')
  const inRange = logicalAnd(greaterEqual(numbers, 0), less(numbers, classes + Number(noClass)))
  // NaN is not ≤ anything.
  const known = logicalAnd(inRange, lessEqual(numbers, floor(numbers)))
  return cast(select(known, numbers, -1), 'int32')
}

/**
 * NaN in the rows of a result (in a scalar as a whole) whose label {@link labelTensor} did not know, so that it is noticed
 * without waiting for a GPU: as a loss that is not finite, or in what is shown. Where labels are checked at once, the result
 * as it is. For use inside a `tidy`.
 *
 * @example
 * const total = poisonUnknown(mean(losses), label)
 */
export function poisonUnknown<T extends Tensor>(result: T, label: Tensor1D | undefined): T {
  if (label === undefined || readsAtOnce()) return result
  const poison: Tensor = select(less(label, 0), Number.NaN, 0)
  const alongRows = result.rank === 0 ? sum(poison) : reshape(poison, [-1, ...result.shape.slice(1).map(() => 1)])
  return add(result, alongRows)
}

/**
 * Whether there are labels, and there must be.
 *
 * @throws GenError `config` for labels of a model without classes, or none where they are needed.
 * @example
 * const isConditional = assertLabels('vae.sample', [3, 1], { rows: 2, classes: 10 })
 */
export function assertLabels<T>(where: string, labels: T | undefined, { classes }: LabelBounds): labels is T {
  if (classes > 0 && labels !== undefined) return true
  if (classes === 0 && labels === undefined) return false
  const [expected, got, remedy] =
    classes === 0
      ? ['no labels, for the model has no classes', 'some', 'leave the labels out, or make the model with classes']
      : [`labels for ${classes} classes`, 'none', 'pass batches or options with labels']
  throw refusal('config', where, { expected, got, remedy })
}

/**
 * Reads labels from the device and checks them.
 *
 * @throws GenError `range` for a label that is no class.
 * @example
 * await checkLabels('gan.loss', tensor1d([0, 9], 'int32'), 10)
 */
export async function checkLabels(where: string, labels: Tensor1D, classes: number): Promise<void> {
  labelList(where, [...(await labels.data())], { rows: labels.size, classes })
}
