/** Affine autoregressive layers: what MAF and IAF are made of. @module */
import { type AffineOptions, affineUnivariate } from '../univariates/affine-univariate.ts'
import { type AutoregressiveOptions, autoregressive } from './autoregressive.ts'
import type { Bijector } from './bijector.ts'
import type { EventShape } from './shape.ts'

/** Options of {@link affineAutoregressive}. */
export interface AffineAutoregressiveOptions extends AutoregressiveOptions, AffineOptions {}

/**
 * Creates an affine autoregressive layer: `y_i = x_i · s_i(x_{<i}) + t_i(x_{<i})`; density in one pass, sampling in d.
 * `inverse(affineAutoregressive(…))` is the inverse autoregressive layer (IAF): sampling in one pass, density in d.
 *
 * @see Masked Autoregressive Flow for Density Estimation (Papamakarios et al., 2017) https://arxiv.org/abs/1705.07057
 * @see Improving Variational Inference with Inverse Autoregressive Flow (Kingma et al., 2016) https://arxiv.org/abs/1606.04934
 * @example
 * const layer = affineAutoregressive(3, { order: [2, 0, 1], key: key(0) })
 */
export function affineAutoregressive(shape: EventShape, { slope, ...options }: AffineAutoregressiveOptions): Bijector {
  return autoregressive(shape, { ...options, univariate: affineUnivariate(slope === undefined ? {} : { slope }) })
}
