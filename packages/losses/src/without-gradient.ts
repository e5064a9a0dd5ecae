/** Values that no gradient goes through. @module */
import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

/** Computes a tensor that a gradient takes for a constant, whatever it was computed from. */
export function withoutGradient<T extends Tensor>(compute: () => T): T {
  // A node without inputs is on no path of the tape, and tfjs records nothing while such a node computes its value.
  return customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T
}
