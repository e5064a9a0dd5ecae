/** Affine coupling. @module */
import { type AffineOptions, affineUnivariate } from '../univariates/affine-univariate.ts'
import type { Bijector } from './bijector.ts'
import { type CouplingOptions, coupling } from './coupling.ts'
import type { EventShape } from './shape.ts'

/** Options of {@link affineCoupling}. */
export interface AffineCouplingOptions extends CouplingOptions, AffineOptions {
  /** The scale stays within (slope, 1/slope). @default 0.1 */
  slope?: number
}

/**
 * Creates an affine coupling layer: `y_b = x_b · s(x_a) + t(x_a)` with s in (slope, 1/slope). The bound is narrower than
 * an autoregressive layer's, for couplings are stacked deep: 32 layers at 10³ each would leave float32.
 *
 * @see Density estimation using Real NVP (Dinh et al., 2016) https://arxiv.org/abs/1605.08803
 * @example
 * const layers = chain([affineCoupling(2, { key: key(0) }), affineCoupling(2, { flip: true, key: key(1) })])
 */
export function affineCoupling(shape: EventShape, { slope = 0.1, ...options }: AffineCouplingOptions): Bijector {
  return coupling(shape, { ...options, univariate: affineUnivariate({ slope }) })
}
