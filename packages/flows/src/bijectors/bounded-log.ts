/** Scales that stay within bounds. @module */
import { abs, add, div, mul, sub, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Bounds an unconstrained log-scale smoothly: `a / (1 + |a / log slope|)`, so that exp of it lies in (slope, 1/slope).
 * Zero stays zero, with gradient one.
 */
export function boundedLog(a: Tensor, slope: number): Tensor {
  return div(a, add(abs(mul(a, 1 / Math.log(slope))), 1))
}

/** The inverse of {@link boundedLog}; for |logScale| < |log slope|. */
export function unboundedLog(logScale: Tensor, slope: number): Tensor {
  return div(logScale, sub(1, abs(mul(logScale, 1 / Math.log(slope)))))
}
