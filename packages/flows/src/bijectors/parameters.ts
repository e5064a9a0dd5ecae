/** Parameters of a bijector: free, or computed from a context. @module */
import { assertInteger, assertKey, type JsonObject, type Key } from '@gen/backend'
import { add, slice, type Tensor, type Tensor2D, tensor2d, tidy, type Variable, variable } from '@tensorflow/tfjs-core'
import { denseNetwork } from '../networks/dense-network.ts'
import type { ConditionerMaker } from '../networks/network.ts'

/** Options of bijectors whose parameters may depend on a context. */
export interface ConditionalOptions {
  /** Features of the context; 0: the parameters are free variables. @default 0 */
  context?: number
  /** From the context to the parameters. @default denseNetwork() */
  network?: ConditionerMaker
}

/** Vectors of parameters, one per event, or one for all. */
export interface Parameters {
  variables(): Variable[]
  /** `[1, n]`, or `[batch, n]` where there is a context, cut into pieces of the given sizes. */
  pieces(context?: Tensor): Tensor2D[]
}

/** What {@link parameters} needs. */
export interface ParametersRequest extends ConditionalOptions {
  /** The values to start from, as pieces. */
  initial: readonly Float32Array[]
  key: Key
}

/**
 * Makes parameters θ = θ₀ + network(context); without a context, θ = θ₀. The network's last layer starts at zero, so
 * a conditional bijector starts as its unconditional one.
 */
export function parameters({ initial, context = 0, network = denseNetwork(), key }: ParametersRequest): Parameters {
  assertKey('flows.parameters', 'key', key)
  const sizes = initial.map((piece) => piece.length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const free = tidy(() =>
    variable(
      tensor2d(
        initial.flatMap((piece) => [...piece]),
        [1, total],
      ),
    ),
  )
  const shift = context > 0 ? network.make({ shape: [context], outputs: total, context: 0, key }) : undefined
  return {
    variables: () => [free, ...(shift?.variables() ?? [])],
    pieces: (given) => {
      const theta: Tensor = shift && given ? add(free, shift.apply(given)) : free
      let begin = 0
      return sizes.map((size) => {
        const piece = slice(theta as Tensor2D, [0, begin], [-1, size])
        begin += size
        return piece
      })
    },
  }
}

/** The part of a config that {@link ConditionalOptions} decide. */
export function conditionalConfig(
  where: string,
  { context = 0, network = denseNetwork() }: ConditionalOptions,
): JsonObject {
  assertInteger(where, 'context', context, { min: 0 })
  return context > 0 ? { context, network: network.config } : {}
}
