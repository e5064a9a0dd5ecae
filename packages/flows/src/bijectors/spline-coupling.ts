/** Neural spline coupling. @module */

import { type SplineOptions, splineUnivariate } from '../univariates/spline-univariate.ts'
import type { Bijector } from './bijector.ts'
import { type CouplingOptions, coupling } from './coupling.ts'
import type { EventShape } from './shape.ts'

/** Options of {@link splineCoupling}. */
export interface SplineCouplingOptions extends CouplingOptions, SplineOptions {}

/**
 * Creates a coupling layer with monotonic rational-quadratic splines: `y_b = RQS(x_b; θ(x_a))`.
 *
 * @see Neural Spline Flows (Durkan et al., 2019) https://arxiv.org/abs/1906.04032
 * @example
 * const layers = chain([splineCoupling(2, { bins: 16, key: key(0) }), splineCoupling(2, { flip: true, key: key(1) })])
 */
export function splineCoupling(shape: EventShape, options: SplineCouplingOptions): Bijector {
  return coupling(shape, { ...options, univariate: splineUnivariate(options) })
}
