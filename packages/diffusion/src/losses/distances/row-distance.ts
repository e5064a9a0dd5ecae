/** The distance of each row. @module */
import { reshape, sub, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { Distance } from './distance.ts'

/**
 * Distance of each row, summed over the event's dimensions: `[batch, …]` → `[batch]`.
 *
 * A mean over dimensions would make KL-like terms and learning rates depend on the image size in hidden ways; the sum makes
 * the loss, and with it gradients and `clipNorm`, grow with the number of dimensions D. Adam's steps do not change with the
 * scale of the loss; for SGD divide the rate by D.
 */
export function rowDistance(distance: Distance, target: Tensor, output: Tensor): Tensor1D {
  return tidy(() => {
    const [rows = 0] = target.shape
    return sum(reshape(distance.of(sub(target, output)), [rows, -1]), 1) as Tensor1D
  })
}
