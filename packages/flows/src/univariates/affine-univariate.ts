/** Scale and shift of one number. @module */
import { assertNumber } from '@gen/backend'
import { add, div, exp, mul, neg, reshape, slice, sub, type Tensor } from '@tensorflow/tfjs-core'
import { boundedLog } from '../bijectors/bounded-log.ts'
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

/** The i-th parameter of every element: `[..., P]` → `[...]`. Flat, for tfjs's WebGPU slices five dimensions wrongly. */
function parameter(theta: Tensor, i: number): Tensor {
  const count = theta.shape[theta.shape.length - 1] as number
  return reshape(slice(reshape(theta, [-1, count]), [0, i], [-1, 1]), theta.shape.slice(0, -1))
}
