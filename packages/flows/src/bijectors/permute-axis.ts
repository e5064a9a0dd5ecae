/** Fixed permutations of a tensor's axis. @module */
import { customGrad, gather, type Tensor, tensor1d } from '@tensorflow/tfjs-core'

/**
 * Reorders an axis: entry i of the result is entry `order[i]` of x. The gradient is the inverse reordering, where a
 * plain gather would need a scatter, which not every backend has.
 */
export function permuteAxis(x: Tensor, order: readonly number[], axis: number): Tensor {
  return customGrad((argument) => ({
    value: gather(argument as Tensor, tensor1d([...order], 'int32'), axis),
    gradFunc: (dy) => permuteAxis(dy, inverseOrder(order), axis),
  }))(x)
}

/** The order that undoes an order. */
export function inverseOrder(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length)
  order.forEach((from, to) => {
    inverse[from] = to
  })
  return inverse
}
