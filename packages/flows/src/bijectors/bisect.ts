/** Roots of increasing functions. @module */
import { add, greaterEqual, mul, type Tensor, where } from '@tensorflow/tfjs-core'
import { detached } from '../networks/detached.ts'

/**
 * Finds the roots of an elementwise increasing function between two bounds by halving, off the tape: a caller who needs
 * gradients takes a Newton step from here.
 */
export function bisect(f: (x: Tensor) => Tensor, low: Tensor, high: Tensor, steps = 32): Tensor {
  return detached(add(low, high), () => {
    let [below, above] = [low, high]
    for (let i = 0; i < steps; i++) {
      const middle = mul(add(below, above), 0.5)
      const isAbove = greaterEqual(f(middle), 0)
      above = where(isAbove, middle, above)
      below = where(isAbove, below, middle)
    }
    return mul(add(below, above), 0.5)
  })
}
