/** How far a prediction is from the noise. @module */
import {
  abs,
  add,
  clipByValue,
  mul,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core'

/** Distances between noise and prediction: `|d|`, `d²`, or Huber's `d²/2` up to 1 and `|d| − 1/2` beyond. */
export type LossName = 'l1' | 'l2' | 'huber'

const distances: Readonly<Record<LossName, (difference: Tensor) => Tensor>> = {
  l1: abs,
  l2: square,
  huber: (difference) => {
    const size = abs(difference)
    const near = clipByValue(size, 0, 1)
    return add(mul(square(near), 0.5), sub(size, near))
  },
}

/** All names. */
export const lossNames: readonly LossName[] = ['l1', 'l2', 'huber']

/**
 * Distance of each row, summed over the event's dimensions: `[batch, …]` → `[batch]`.
 *
 * A mean over dimensions would make KL-like terms and learning rates depend on the image size in hidden ways; the sum makes
 * the loss, and with it gradients and `clipNorm`, grow with the number of dimensions D. Adam's steps do not change with the
 * scale of the loss; for SGD divide the rate by D.
 */
export function rowDistance(name: LossName, eps: Tensor, predicted: Tensor): Tensor1D {
  return tidy(() => {
    const [rows = 0] = eps.shape
    const distance = distances[name](sub(eps, predicted))
    return sum(reshape(distance, [rows, -1]), 1) as Tensor1D
  })
}
