/** The logarithm of a sum, from logarithms. @module */
import {
  add,
  clipByValue,
  equal,
  exp,
  log,
  max,
  mean,
  ones,
  reshape,
  sub,
  sum,
  type Tensor,
  tidy,
  where,
} from '@tensorflow/tfjs-core'
import { withoutGradient } from '../gradients/without-gradient.ts'

const largestFloat = 2 ** 127 * (2 - 2 ** -23)

/**
 * `log Σ exp xᵢ` along an axis, which neither over- nor underflows. The sum over an empty set of possibilities (all xᵢ = −∞) is
 * −∞, where the one of tfjs is NaN; its gradient is then spread evenly, as among equals. One +∞ makes +∞, one NaN makes NaN.
 *
 * @param x - Of rank 1 or more.
 * @returns Of x's shape without the axis.
 * @see Accurately computing the log-sum-exp and softmax functions (Blanchard, Higham & Higham, 2021)
 * https://doi.org/10.1093/imanum/draa038
 * @example
 * const density = logSumExp(tensor2d([[-1, -2], [-Infinity, -Infinity]]), 1) // [−0.687, −∞]
 */
export function logSumExp(x: Tensor, axis: number): Tensor {
  return tidy(() => {
    const largest = withoutGradient(() => max(x, axis, true))
    const finite = withoutGradient(() => clipByValue(largest, -largestFloat, largestFloat))
    const total = sum(exp(sub(x, finite)), axis)
    const lost = withoutGradient(() => equal(reshape(largest, total.shape), Number.NEGATIVE_INFINITY))
    // The logarithm's slope at 0 is infinite, and 0 times it NaN: it must not see the sums that are 0.
    const regular = add(log(where(lost, ones(total.shape), total)), reshape(finite, total.shape))
    return where(lost, mean(x, axis), regular)
  })
}
