/** The standard normal base. @module */
import { normal } from '@gen/backend'
import type { Distribution } from '@gen/model'
import { mul, square, sub, sum, type Tensor2D, tidy } from '@tensorflow/tfjs-core'

/** `N(0, I)` over vectors of that size. */
export function standardNormal(size: number): Distribution {
  const constant = -0.5 * size * Math.log(2 * Math.PI)
  return {
    size,
    config: { kind: 'standardNormal' },
    sample: (count, k) => normal(k, [count, size]) as Tensor2D,
    logProb: (z) => tidy(() => sub(constant, mul(sum(square(z), 1), 0.5))),
  }
}
