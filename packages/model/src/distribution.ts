/** Distributions over vectors: priors, bases of flows, latents of GANs, samplers of codes. @module */
import type { JsonObject, Key } from '@gen/backend'
import type { Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'

/** What can be drawn from, whether its density is known or not. */
export interface ImplicitDistribution {
  /** Numbers in one vector. */
  readonly size: number
  /** Draws `[count, size]`; row i depends only on (k, i). The tensor is the caller's. */
  sample(count: number, k: Key): Tensor2D
}

/**
 * A distribution over vectors with a density. Any object with these members is one: those of `@gen/priors`, a flow of
 * `@gen/flows`, or your own.
 *
 * @example
 * const unit: Distribution = { size: 2, sample: (count, k) => uniform(k, [count, 2]) as Tensor2D, logProb: (z) => zeros([z.shape[0]]) }
 */
export interface Distribution extends ImplicitDistribution {
  /** Log-density in nats, `[batch, size]` → `[batch]`; differentiable. */
  logProb(z: Tensor2D): Tensor1D
  /** What training changes, where there is anything; always in the same order. */
  variables?(): Variable[]
  /** KL(q ‖ this) in nats, `[batch]`, where it has a closed form. */
  kl?(q: DiagonalNormal): Tensor1D
  /** How it was made, as plain JSON. */
  readonly config?: JsonObject
}

/** A normal distribution with a diagonal covariance for each row: what an encoder says of a code, q(z | x). */
export interface DiagonalNormal {
  /** `[batch, size]` */
  readonly mean: Tensor2D
  /** log σ², `[batch, size]`; −∞ where the code is a point. */
  readonly logVariance: Tensor2D
}
