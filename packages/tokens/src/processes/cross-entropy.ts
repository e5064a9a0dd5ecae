/** Nats at each place. @module */
import { cast, logSoftmax, mul, neg, oneHot, reshape, sum, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core'

/** `−log softmax(logits)_x` at each place: logits `[b, n, V]` and tokens int32 `[b, n]` give `[b, n]`. */
export function crossEntropy(logits: Tensor3D, x: Tensor2D): Tensor2D {
  const size = logits.shape[2]
  const chosen = cast(oneHot(reshape(x, [-1]), size), 'float32')
  return neg(reshape(sum(mul(logSoftmax(reshape(logits, [-1, size])), chosen), 1), x.shape))
}
