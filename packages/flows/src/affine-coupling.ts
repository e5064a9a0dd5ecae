/** Affine coupling. @module */
import { type AffineOptions, affineUnivariate } from './affine-univariate.ts'
import type { Bijector } from './bijector.ts'
import { type CouplingOptions, coupling } from './coupling.ts'
import type { EventShape } from './shape.ts'

/** Options of {@link affineCoupling}. */
export interface AffineCouplingOptions extends CouplingOptions, AffineOptions {}

/**
 * Creates an affine coupling layer: `y_b = x_b · s(x_a) + t(x_a)` with s in (slope, 1/slope).
 *
 * @see Density estimation using Real NVP (Dinh et al., 2016) https://arxiv.org/abs/1605.08803
 * @example
 * const layers = chain([affineCoupling(2, { key: key(0) }), affineCoupling(2, { flip: true, key: key(1) })])
 */
export function affineCoupling(shape: EventShape, { slope, ...options }: AffineCouplingOptions): Bijector {
  return coupling(shape, { ...options, univariate: affineUnivariate(slope === undefined ? {} : { slope }) })
}
