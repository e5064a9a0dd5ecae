/** What all normal densities are made of. @module */
import { add, exp, minimum, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core'

const logTwoPi = Math.log(2 * Math.PI)

/** exp of it is the last power of e but 0.7 that float32 holds. */
const largestExponent = 88

/**
 * `−2 log N(z; μ, σ²) = (z − μ)²/σ² + log σ² + log 2π`, number by number; the three broadcast. To be called in a tidy.
 *
 * The quotient is squared, not the difference divided by σ²: 1/σ² leaves float32 where log σ² < −88, and (z − μ)² where z is
 * 2·10¹⁹ away; at the mean 0·∞ would be NaN. So it is good for log σ² down to −176; below, 1/σ counts as e⁸⁸.
 */
export function deviance(z: Tensor, mean: Tensor, logVariance: Tensor): Tensor {
  const precision = exp(minimum(mul(logVariance, -0.5), largestExponent))
  return add(add(square(mul(sub(z, mean), precision)), logVariance), logTwoPi)
}
