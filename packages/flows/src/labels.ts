/** Class labels of a flow: one-hot, they are the context of its layers. @module */
import {
  assertLabels,
  fold,
  type Key,
  type Labels,
  labelList,
  labelsOrDrawn,
  labelTensor,
  poisonUnknown,
} from '@gen/backend'
import { oneHot, reshape, Tensor, type Tensor1D, tile } from '@tensorflow/tfjs-core'
import type { Given } from './bijectors/bijector.ts'
import type { FlowGiven } from './flow-model.ts'

interface Rows {
  readonly rows: number
  readonly classes: number
  /** Features of the context that the layers take. */
  readonly context?: number
}

/** What layers are given, and what shows in a result that a label was no class where that cannot be known at once. */
export interface Condition {
  readonly given: Given
  known<T extends Tensor>(result: T): T
}

/**
 * Makes a context of labels; a context of one row is repeated for every event. For use inside a `tidy`.
 *
 * @throws GenError `config` for labels of a flow without classes, or neither labels nor a context where they are needed, and
 * as `labelTensor` of `@gen/backend`.
 */
export function conditionOf(
  where: string,
  { labels, ...given }: FlowGiven,
  { rows, classes, context: features }: Rows,
): Condition {
  if (labels === undefined && (classes === 0 || given.context)) {
    return { given: flattened(spread(given, rows), features), known: (result) => result }
  }
  const label = labelTensor(where, labels, { rows, classes })!
  const context = oneHot(label, classes, 1, 0, 'float32')
  return { given: { ...given, context }, known: (result) => poisonUnknown(result, label) }
}

/** Where labels are drawn, away from what bases make of the key. */
const forLabels = 2 ** 20 + 1

/** Classes that are drawn, all equally likely; that of row i depends only on (k, i). The tensor is the caller's. */
export function drawnLabels(k: Key, { rows, classes }: Rows): Tensor1D {
  return labelsOrDrawn('flows.sample', undefined, { rows, classes }, fold(k, forLabels))!
}

/**
 * Labels as numbers: the given ones, or those of {@link drawnLabels}. Undefined for a flow without classes, and where a
 * context is given instead.
 *
 * @throws GenError as {@link conditionOf}.
 */
export async function readLabels(
  where: string,
  { labels, context, key }: { labels?: Labels | undefined; context?: Tensor | undefined; key: Key },
  { rows, classes }: Rows,
): Promise<readonly number[] | undefined> {
  if (classes === 0) assertLabels(where, labels, { rows, classes })
  if (classes === 0 || (labels === undefined && context)) return undefined
  if (labels === undefined) {
    const drawn = drawnLabels(key, { rows, classes })
    return [...(await drawn.data().finally(() => drawn.dispose()))]
  }
  return labelList(where, labels instanceof Tensor ? [...(await labels.data())] : labels, { rows, classes })
}

/** Repeats a context of one row for every event. */
function spread(given: Given, batch: number): Given {
  const { context } = given
  if (context?.shape[0] !== 1 || batch === 1) return given
  return { ...given, context: tile(context, [batch, ...context.shape.slice(1).map(() => 1)]) }
}

/** An image or a sequence that has as many numbers as the layers take features is a vector of them. */
function flattened(given: Given, features: number | undefined): Given {
  const { context } = given
  if (!context || context.rank === 2 || context.size !== context.shape[0] * (features ?? 0)) return given
  return { ...given, context: reshape(context, [context.shape[0], features!]) }
}
