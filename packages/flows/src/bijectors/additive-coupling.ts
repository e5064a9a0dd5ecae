/** Additive coupling. @module */
import { additiveUnivariate } from '../univariates/additive-univariate.ts'
import type { Bijector } from './bijector.ts'
import { type CouplingOptions, coupling } from './coupling.ts'
import type { EventShape } from './shape.ts'

/**
 * Creates an additive coupling layer: `y_b = x_b + t(x_a)`. It keeps volume: logDet is 0.
 *
 * @see NICE (Dinh et al., 2014) https://arxiv.org/abs/1410.8516
 * @example
 * const layer = additiveCoupling([4, 4, 3], { mask: 'checkerboard', key: key(0) })
 */
export function additiveCoupling(shape: EventShape, options: CouplingOptions): Bijector {
  return coupling(shape, { ...options, univariate: additiveUnivariate() })
}
