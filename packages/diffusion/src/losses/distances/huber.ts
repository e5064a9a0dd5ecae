/** Squares for small differences, absolute values for large ones. @module */
import { abs, add, clipByValue, mul, square, sub } from '@tensorflow/tfjs-core'
import type { Distance } from './distance.ts'

/**
 * `d²/2` up to |d| = 1 and `|d| − 1/2` beyond.
 *
 * @see Robust estimation of a location parameter (Huber, 1964) https://doi.org/10.1214/aoms/1177703732
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), loss: huber() })
 */
export function huber(): Distance {
  return {
    config: { kind: 'huber' },
    of(difference) {
      const size = abs(difference)
      const near = clipByValue(size, 0, 1)
      return add(mul(square(near), 0.5), sub(size, near))
    },
  }
}
