/** The networks that compute parameters of bijectors. @module */
import type { JsonObject, Key } from '@gen/backend'
import type { Tensor, Variable } from '@tensorflow/tfjs-core'

/** A function with parameters. */
export interface Conditioner {
  /** The trainable parameters, in an order that the architecture alone decides. */
  variables(): Variable[]
  /**
   * `[batch, ...shape]` and the context, where there is one, to `[batch, ...shape[:-1], outputs]`.
   */
  apply(x: Tensor, context?: Tensor): Tensor
}

/** What a bijector asks of its network. */
export interface ConditionerRequest {
  /** Shape of one argument. */
  shape: readonly number[]
  /** Size of the result's last dimension. */
  outputs: number
  /** Features of the context; 0: none. */
  context: number
  /** Randomness of the weights. */
  key: Key
}

/**
 * A kind of network, before a bijector says what goes in and out: `denseNetwork(…)`, `convNetwork(…)`, or your own.
 *
 * @example
 * const linear: NetworkMaker = {
 *   config: { kind: 'linear' },
 *   make: ({ shape: [inputs], outputs, key: k }) => {
 *     const w = variable(normal(k, [inputs, outputs]))
 *     return { variables: () => [w], apply: (x) => matMul(x, w) }
 *   },
 * }
 */
export interface ConditionerMaker {
  /** Says how to make it again; a kind that this package does not know cannot be loaded from a config alone. */
  readonly config: JsonObject & { readonly kind: string }
  make(request: ConditionerRequest): Conditioner
}
