/** Autoregressive layers. @module */
import { assertInteger, claimWeights, type JsonObject, type Key } from '@gen/backend'
import { concat, mul, reshape, type Tensor, tensor2d, zerosLike } from '@tensorflow/tfjs-core'
import type { HiddenActivation } from '../networks/activation.ts'
import { maskedNetwork } from '../networks/masked-network.ts'
import type { Univariate } from '../univariates/univariate.ts'
import {
  type Adjacency,
  checkedAdjacency,
  dependencyDepths,
  type FeatureOrder,
  featureRanks,
  rankAdjacency,
} from './adjacency.ts'
import type { Bijector, Given } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type EventShape, eventShape, flattenEvents, sizeOf, sumEvents } from './shape.ts'

/** Options of every autoregressive layer. */
export interface AutoregressiveOptions {
  /** Randomness of the network's weights. */
  key: Key
  /** Ranks of the features; each depends on those of lower rank. @default 'ascending' */
  order?: FeatureOrder
  /** Passes of the network that `inverse` takes; fewer mean fewer dependencies. @default the number of features */
  passes?: number
  /** Says instead which feature (row) depends on which (column); no circles. @default from order and passes */
  adjacency?: Adjacency
  /** Sizes of the hidden layers. @default [64, 64] */
  hidden?: readonly number[]
  /** @default 'relu' */
  activation?: HiddenActivation
  /** Features of the context; 0: none. @default 0 */
  context?: number
}

/** Numbers in one event of an autoregressive layer, at most. */
const largestEvent = 4096

/** Options of {@link autoregressive}. */
export interface GenericAutoregressiveOptions extends AutoregressiveOptions {
  /** What is done to each element. */
  univariate: Univariate
}

/**
 * Creates an autoregressive layer: `y_i = f(x_i; θ_i(x_{<i}, c))`, with θ from one masked network (MADE).
 *
 * The Jacobian is triangular in the given order, exactly. `forward` costs one pass of the network, `inverse` as many as
 * the longest chain of dependencies; a row whose inverse leaves float32 is NaN. Events of more dimensions are taken as a list
 * in row-major order.
 *
 * @throws GenError `value` or `shape` for an order, an adjacency or a number of passes that does not fit.
 * @see MADE: Masked Autoencoder for Distribution Estimation (Germain et al., 2015) https://arxiv.org/abs/1502.03509
 * @example
 * const layer = autoregressive(4, { univariate: affineUnivariate(), order: 'descending', key: key(0) })
 */
export function autoregressive(shape: EventShape, options: GenericAutoregressiveOptions): Bijector {
  const where = 'flows.autoregressive'
  const { univariate, key, hidden = [64, 64], activation = 'relu', context = 0 } = options
  const event = eventShape(where, shape)
  assertInteger(where, 'context', context, { min: 0 })
  const size = sizeOf(event)
  // Matrices of dependencies cost more than weights of their size.
  assertInteger(where, 'the size of an event', size, { max: largestEvent })
  claimWeights(where, [size, size + context])
  const graph = dependencies(where, size, options)
  const depths = dependencyDepths(where, graph.adjacency)
  const last = Math.max(...depths)
  const outputs = graph.adjacency.flatMap((row) => {
    return Array<number[]>(univariate.parameters).fill([...row, ...Array<number>(context).fill(1)])
  })
  const net = maskedNetwork({ adjacency: outputs, hidden, activation, key })

  function theta(x: Tensor, { context: given }: Given): Tensor {
    const raw = net.apply(given ? concat([x, given], 1) : x)
    return reshape(raw, [x.shape[0], x.shape[1] as number, univariate.parameters])
  }

  return defineBijector({
    config: {
      kind: 'autoregressive',
      shape: event,
      univariate: univariate.config,
      ...graph.config,
      hidden: [...hidden],
      activation,
      ...(context > 0 && { context }),
    },
    context,
    variables: () => net.variables(),
    forward: (x, given) => {
      const flat = flattenEvents(x)
      const { value, logDet } = univariate.forward(flat, theta(flat, given))
      return { value: reshape(value, x.shape), logDet: sumEvents(logDet) }
    },
    inverse: (y, given) => {
      const flat = flattenEvents(y)
      let x = univariate.inverse(flat, theta(zerosLike(flat), given))
      for (let pass = 1; pass <= last; pass++) {
        // Features deeper than those that are right so far would overflow, pass by pass: masks make NaN of infinities.
        const right = tensor2d([depths.map((depth) => Number(depth < pass))])
        x = univariate.inverse(flat, theta(mul(x.value, right), given))
      }
      return { value: reshape(x.value, y.shape), logDet: sumEvents(x.logDet) }
    },
  })
}

function dependencies(
  where: string,
  features: number,
  { order = 'ascending', passes = features, adjacency }: GenericAutoregressiveOptions,
): { adjacency: number[][]; config: JsonObject } {
  if (adjacency) {
    const checked = checkedAdjacency(where, adjacency, features)
    return { adjacency: checked, config: { adjacency: checked } }
  }
  const ranks = featureRanks(where, order, features)
  return { adjacency: rankAdjacency(where, ranks, passes), config: { order: ranks, passes } }
}
