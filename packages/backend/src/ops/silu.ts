/** The SiLU activation. @module */
import { mul, sigmoid, type Tensor } from '@tensorflow/tfjs-core'
import { defineOp, type Op } from './define-op.ts'

const op: Op<object> = defineOp<object>({ name: 'GenSilu', composed: ([x]) => mul(x!, sigmoid(x!)) })

/**
 * SiLU, also called swish: `y = x·σ(x)`, element by element, any shape.
 *
 * @see Sigmoid-weighted linear units (Elfwing et al., 2017) https://arxiv.org/abs/1702.03118
 * @example
 * const y = silu(tensor1d([-1, 0, 1])) // [−0.2689, 0, 0.7311]
 */
export function silu<T extends Tensor>(x: T): T {
  return op([x], {}) as T
}
