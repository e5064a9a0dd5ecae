/** Scale and shift of one number. @module */
import { assertNumber } from '@gen/backend'
import { add, div, exp, mul, neg, slice, squeeze, sub, type Tensor } from '@tensorflow/tfjs-core'
import { boundedLog } from './bounded-log.ts'
import type { Univariate } from './univariate.ts'

/** Options of {@link affineUnivariate}. */
export interface AffineOptions {
  /** The scale stays within (slope, 1/slope). @default 1e-3 */
  slope?: number
}

/**
 * `y = x·exp(a) + b` with θ = (b, a′) and a = a′ / (1 + |a′ / log slope|).
 *
 * @throws GenError `range` for a slope outside (0, 1).
 * @example
 * const layer = coupling(4, { univariate: affineUnivariate({ slope: 0.1 }), key: key(0) })
 */
export function affineUnivariate({ slope = 1e-3 }: AffineOptions = {}): Univariate {
  assertNumber('flows.affineUnivariate', 'slope', slope, { exclusiveMin: 0, exclusiveMax: 1 })
  const logScale = (theta: Tensor) => boundedLog(parameter(theta, 1), slope)
  return {
    config: { kind: 'affine', slope },
    parameters: 2,
    forward: (x, theta) => {
      const a = logScale(theta)
      return { value: add(mul(x, exp(a)), parameter(theta, 0)), logDet: a }
    },
    inverse: (y, theta) => {
      const a = logScale(theta)
      return { value: div(sub(y, parameter(theta, 0)), exp(a)), logDet: neg(a) }
    },
  }
}

/** The i-th parameter of every element: `[..., P]` → `[...]`. */
function parameter(theta: Tensor, i: number): Tensor {
  const lead = theta.shape.slice(0, -1)
  return squeeze(slice(theta, [...lead.map(() => 0), i], [...lead, 1]), [-1])
}
