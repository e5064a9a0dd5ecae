/** Values that no gradient goes through. @module */
import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Computes a tensor that a gradient takes for a constant, whatever it was computed from.
 *
 * @param compute - Returns a new tensor; runs once, in a `tidy`.
 * @example
 * const slope = grad((x) => sum(mul(x, withoutGradient(() => square(x)))))(tensor1d([2, 3])) // [4, 9]
 */
export function withoutGradient<T extends Tensor>(compute: () => T): T {
  // A node without inputs is on no path of the tape, and tfjs records nothing while such a node computes its value.
  return customGrad(() => ({ value: compute(), gradFunc: () => [] }))()
}
