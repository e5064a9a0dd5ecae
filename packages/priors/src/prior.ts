/** Distributions over latent vectors. @module */
import type { JsonObject, Key } from '@gen/backend'
import type { Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import type { Posterior } from './posteriors/posterior.ts'

/**
 * A distribution over latent vectors. Any object with these members is one: a flow of `@gen/flows`, or your own.
 *
 * @example
 * const unit: Prior = { size: 2, sample: (count, k) => uniform(k, [count, 2]) as Tensor2D, logProb: (z) => zeros([z.shape[0]]) }
 */
export interface Prior {
  /** Numbers in one latent vector. */
  readonly size: number
  /** Draws `[count, size]`; row i depends only on (k, i). The tensor is the caller's. */
  sample(count: number, k: Key): Tensor2D
  /** Log-density in nats, `[batch, size]` → `[batch]`; differentiable. */
  logProb(z: Tensor2D): Tensor1D
  /** What training changes, where there is anything; always in the same order. */
  variables?(): Variable[]
  /** KL(q ‖ this) in nats, `[batch]`, where it has a closed form. */
  kl?(q: Posterior): Tensor1D
  /** How it was made, as plain JSON. */
  readonly config?: JsonObject
}
