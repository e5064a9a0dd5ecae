/** Monotonic functions of one number, whose parameters something else computes. @module */
import type { JsonObject } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Elementwise } from './rational-quadratic.ts'

/**
 * A family of monotonic functions ℝ → ℝ with `parameters` numbers θ per element. Couplings and autoregressive layers
 * are generic over it.
 */
export interface Univariate {
  /** Says how to make it again. */
  readonly config: JsonObject & { readonly kind: string }
  /** Parameters P per element; at zero the function is the identity. */
  readonly parameters: number
  /** x `[batch, n]` and θ `[batch, n, P]` to `f(x; θ)` and `log f′(x; θ)`, each `[batch, n]`. */
  forward(x: Tensor, theta: Tensor): Elementwise
  /** y and θ to `f⁻¹(y; θ)` and the logarithm of its derivative. */
  inverse(y: Tensor, theta: Tensor): Elementwise
}
