/** Densities at infinity. @module */
import { withoutGradient } from '@gen/backend'
import {
  add,
  any,
  fill,
  isInf,
  where as select,
  type Tensor1D,
  type Tensor2D,
  tidy,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core'

/**
 * Evaluates a log-density `[batch, size]` → `[batch]` that would meet ∞ − ∞ or 0·∞: a vector with an infinite coordinate gets −∞,
 * without gradient in that coordinate. NaN stays NaN.
 */
export function withInfiniteCodes(z: Tensor2D, logProb: (z: Tensor2D) => Tensor1D): Tensor1D {
  return tidy(() => {
    const infinite = withoutGradient(() => isInf(z))
    const lost = withoutGradient(() => {
      const rows = [z.shape[0]]
      return select(any(infinite, 1), fill(rows, Number.NEGATIVE_INFINITY), zeros(rows))
    })
    return add(logProb(select(infinite, zerosLike(z), z)), lost)
  })
}
