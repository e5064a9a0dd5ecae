/** What a bijector is. @module */
import type { JsonObject, Key } from '@gen/backend'
import type { Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core'
import type { Interval } from './interval.ts'

/** A transformed batch and how much the transformation stretched volume. */
export interface Transformed {
  /** The transformed batch, `[batch, ...outputShape]`. */
  readonly value: Tensor
  /** `log|det J|` of the direction taken, `[batch]`. */
  readonly logDet: Tensor1D
}

/** What a transformation may be given besides its argument. */
export interface Given {
  /** What the density is conditional on, `[batch, context]`; convolutional networks also take `[batch, h, w, context]`. */
  context?: Tensor
  /** Randomness of stochastic estimators (the Hutchinson trace); without a key everything is exact. */
  key?: Key
}

/** A bijector's architecture as plain JSON: what `bijectorFromConfig` needs to build it again. */
export interface BijectorConfig extends JsonObject {
  readonly kind: string
  readonly shape: readonly number[]
}

/**
 * An invertible, differentiable transformation of events of one shape.
 *
 * Within a flow, `forward` leads from data to the base ("normalizes") and `inverse` from the base to data.
 */
export interface Bijector {
  readonly config: BijectorConfig
  /** Shape of one event: `[d]` or `[h, w, c]`. */
  readonly shape: readonly number[]
  /** Shape of one transformed event; as many numbers as `shape`. */
  readonly outputShape: readonly number[]
  /** Where every element of an argument of `forward` must lie. */
  readonly domain: Interval
  /** Where every element of an argument of `inverse` must lie. */
  readonly codomain: Interval
  /** Features of the context that it needs; 0: it takes none and ignores what it is given. */
  readonly context: number
  /** The trainable parameters, in an order that the architecture alone decides. */
  variables(): Variable[]
  /** `y = f(x)` and `log|det ∂y/∂x|`. */
  forward(x: Tensor, given?: Given): Transformed
  /** `x = f⁻¹(y)` and `log|det ∂x/∂y|`. */
  inverse(y: Tensor, given?: Given): Transformed
  /** Sets data-dependent parameters (actnorm) from a batch; composites pass the batch through their parts. */
  initialize(x: Tensor, given?: Given): void
}
