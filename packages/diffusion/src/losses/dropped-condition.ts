/** What a network is told of its data in training, and at times not. @module */
import { bernoulli, contextRows, type Key } from '@gen/backend'
import { add, cast, mul, reshape, sub, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import type { DenoisingCondition } from '../networks/network.ts'
import type { LossModel } from './loss-model.ts'

interface Known {
  readonly context: Tensor | undefined
  readonly label: Tensor1D | undefined
}

/** What the network is told in training: class and context of a row are dropped together, by the same draw. */
export function droppedCondition(
  { classes, dropLabel, data }: Pick<LossModel, 'classes' | 'dropLabel' | 'data'>,
  known: Known,
  k: Key,
  rows: number,
): DenoisingCondition {
  const { label } = known
  const context = known.context && data.normalizeContext(contextRows(known.context, 0, rows))
  const told = { ...(label && { label }), ...(context && { context }) }
  if (dropLabel === 0 || (!label && !context)) return told
  const dropped = bernoulli(k, [rows], { p: dropLabel })
  return {
    // label + dropped · (classes − label): "no class" where dropped.
    ...(label && { label: cast(add(label, mul(dropped, sub(classes, label))), 'int32') }),
    ...(context && { context: mul(context, reshape(sub(1, dropped), [rows, ...context.shape.slice(1).map(() => 1)])) }),
  }
}
