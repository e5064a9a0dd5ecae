/** Scaled dot-product attention. @module */
import { matMul, mul, softmax, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { assertRank, assertShape } from '../errors/checks.ts'
import { defineOp, type Op } from './define-op.ts'

const op: Op<object> = defineOp<object>({ name: 'GenAttention', composed })

/**
 * Attention of each query over all keys: `y = softmax(q·kᵀ/√d)·v`.
 *
 * @param q - `[batch, heads, n, d]`.
 * @param k - `[batch, heads, m, d]`.
 * @param v - `[batch, heads, m, d]`.
 * @returns `[batch, heads, n, d]`.
 * @throws GenError `shape` where these do not fit.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @example
 * const x = normal(key(0), [2, 4, 16, 8]) as Tensor4D // sequences, heads, places, numbers
 * const y = attention(x, x, x)
 */
export function attention(q: Tensor4D, k: Tensor4D, v: Tensor4D): Tensor4D {
  const where = 'backend.attention'
  assertRank(where, 'q', q, 4, 'pass [batch, heads, positions, features]')
  const [batch, heads, , features] = q.shape
  assertShape(where, 'k', k, [batch, heads, null, features])
  assertShape(where, 'v', v, k.shape)
  return op([q, k, v], {}) as Tensor4D
}

function composed([q, k, v]: Tensor[]): Tensor {
  const features = q!.shape[3]!
  return matMul(softmax(matMul(mul(q!, 1 / Math.sqrt(features)), k!, false, true)), v!)
}
