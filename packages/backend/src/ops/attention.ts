/** Scaled dot-product attention. @module */
import { add, matMul, mul, softmax, type Tensor, type Tensor4D, tensor2d } from '@tensorflow/tfjs-core'
import { assertRank, assertShape } from '../errors/checks.ts'
import { defineOp, type Op } from './define-op.ts'

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** Query i sees keys 0 … i alone, of as many keys as queries: no place learns of those after it. @default false */
  causal?: boolean
}

const full: Op<object> = defineOp<object>({ name: 'GenAttention', composed })
const causalOp: Op<object> = defineOp<object>({ name: 'GenCausalAttention', composed: composedCausal })

/**
 * Attention of each query over all keys: `y = softmax(q·kᵀ/√d)·v`; with `causal` over those up to its own place.
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
export function attention(q: Tensor4D, k: Tensor4D, v: Tensor4D, { causal = false }: AttentionOptions = {}): Tensor4D {
  const where = 'backend.attention'
  assertRank(where, 'q', q, 4, 'pass [batch, heads, positions, features]')
  const [batch, heads, positions, features] = q.shape
  assertShape(where, 'k', k, [batch, heads, causal ? positions : null, features])
  assertShape(where, 'v', v, k.shape)
  return (causal ? causalOp : full)([q, k, v], {}) as Tensor4D
}

function composed([q, k, v]: Tensor[]): Tensor {
  return matMul(softmax(scoresOf(q!, k!)), v!)
}

function composedCausal([q, k, v]: Tensor[]): Tensor {
  return matMul(softmax(add(scoresOf(q!, k!), future(q!.shape[2]!))), v!)
}

function scoresOf(q: Tensor, k: Tensor): Tensor {
  return matMul(mul(q, 1 / Math.sqrt(q.shape[3]!)), k, false, true)
}

/** Large enough that its exponential is 0 beside any score, and finite, for not every GPU knows infinities. */
const unseen = -1e9

/** `[n, n]`: 0 up to the diagonal, {@link unseen} behind it. */
function future(n: number): Tensor {
  const values = Float32Array.from({ length: n * n }, (_, i) => (i % n > Math.floor(i / n) ? unseen : 0))
  return tensor2d(values, [n, n])
}
