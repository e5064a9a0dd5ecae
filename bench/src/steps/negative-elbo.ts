/** The loss of the VAEs. @module */
import {
  add,
  exp,
  mean,
  mul,
  reshape,
  type Scalar,
  softplus,
  split,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Encoder and decoder as functions. */
export interface VaeNetworks {
  /** To means and log-variances, `[b, 2d]`. */
  encode(x: Tensor): Tensor
  /** To Bernoulli logits. */
  decode(z: Tensor): Tensor
}

/** Bernoulli likelihood and Gaussian posterior, with the noise given: sums over the event, mean over the batch. */
export function negativeElbo({ encode, decode }: VaeNetworks, x: Tensor, eps: Tensor): Scalar {
  const [average, logVariance] = split(encode(x), 2, 1) as [Tensor, Tensor]
  const logits = decode(add(average, mul(exp(mul(logVariance, 0.5)), eps)))
  const perPixel = sub(softplus(logits), mul(x, logits))
  const reconstruction = sum(reshape(perPixel, [x.shape[0], -1]), 1)
  const divergence = sum(sub(add(exp(logVariance), square(average)), add(logVariance, 1)), 1)
  return mean(add(reconstruction, mul(divergence, 0.5)))
}
