/** Autoregressive neural splines. @module */

import { type SplineOptions, splineUnivariate } from '../univariates/spline-univariate.ts'
import { type AutoregressiveOptions, autoregressive } from './autoregressive.ts'
import type { Bijector } from './bijector.ts'
import type { EventShape } from './shape.ts'

/** Options of {@link splineAutoregressive}. */
export interface SplineAutoregressiveOptions extends AutoregressiveOptions, SplineOptions {}

/**
 * Creates an autoregressive layer with monotonic rational-quadratic splines: `y_i = RQS(x_i; θ_i(x_{<i}))`.
 *
 * @see Neural Spline Flows (Durkan et al., 2019) https://arxiv.org/abs/1906.04032
 * @example
 * const layer = splineAutoregressive(3, { bins: 16, key: key(0) })
 */
export function splineAutoregressive(shape: EventShape, options: SplineAutoregressiveOptions): Bijector {
  return autoregressive(shape, { ...options, univariate: splineUnivariate(options) })
}
