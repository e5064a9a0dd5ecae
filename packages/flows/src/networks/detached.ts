/** Values that gradients do not see. @module */
import { customGrad, type Tensor, zerosLike } from '@tensorflow/tfjs-core'

/** Computes `f(x)` off the tape: its gradient is zero. */
export function detached(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  return customGrad((argument) => {
    const input = argument as Tensor
    return { value: f(input), gradFunc: () => zerosLike(input) }
  })(x)
}
