/** Coupling layers. @module */
import { assertInteger, type Key } from '@gen/backend'
import { reshape, type Tensor } from '@tensorflow/tfjs-core'
import { convNetwork } from '../networks/conv-network.ts'
import { denseNetwork } from '../networks/dense-network.ts'
import type { ConditionerMaker } from '../networks/network.ts'
import type { Univariate } from '../univariates/univariate.ts'
import type { Bijector, Given, Transformed } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type CouplingMask, partition } from './partition.ts'
import { channelsOf, type EventShape, eventShape, sumEvents } from './shape.ts'

/** Options of every coupling. */
export interface CouplingOptions {
  /** Randomness of the network's weights. */
  key: Key
  /** Which elements are kept. @default 'half' */
  mask?: CouplingMask
  /** Exchanges what is kept and what is changed: alternate it from layer to layer. @default false */
  flip?: boolean
  /** Features of the context; 0: none. @default 0 */
  context?: number
  /** Computes the parameters. @default denseNetwork() for events [d], convNetwork() for events [h, w, c] */
  network?: ConditionerMaker
}

/** Options of {@link coupling}. */
export interface GenericCouplingOptions extends CouplingOptions {
  /** What is done to each changed element. */
  univariate: Univariate
}

/**
 * Creates a coupling layer: a part of the event is kept, and a network computes from it (and the context) how each
 * other element changes.
 *
 * `y_a = x_a`, `y_b = f(x_b; θ(x_a, c))`, `log|det J| = Σ log f′(x_b)`. Both directions cost one pass of the network.
 *
 * @param shape - `d` or `[h, w, c]`.
 * @throws GenError `shape` for an event or a mask that leaves nothing to keep or to change.
 * @see NICE (Dinh et al., 2014) https://arxiv.org/abs/1410.8516
 * @example
 * const layer = coupling(4, { univariate: splineUnivariate({ bins: 16 }), key: key(0) })
 */
export function coupling(
  shape: EventShape,
  { univariate, key, mask = 'half', flip = false, context = 0, network }: GenericCouplingOptions,
): Bijector {
  const event = eventShape('flows.coupling', shape)
  assertInteger('flows.coupling', 'context', context, { min: 0 })
  const parts = partition(event, mask, flip)
  const maker = network ?? defaultNetwork(event)
  const perPlace = channelsOf(parts.changedShape)
  const outputs = perPlace * univariate.parameters
  const net = maker.make({ shape: parts.keptShape, outputs, context, key })

  function transform(direction: 'forward' | 'inverse', x: Tensor, given: Given): Transformed {
    const { kept, changed } = parts.split(x)
    const theta = reshape(net.apply(kept, given.context), [...changed.shape, univariate.parameters])
    const { value, logDet } = univariate[direction](changed, theta)
    return { value: parts.merge(kept, value), logDet: sumEvents(parts.only(logDet)) }
  }

  return defineBijector({
    config: {
      kind: 'coupling',
      shape: event,
      univariate: univariate.config,
      mask,
      flip,
      network: maker.config,
      ...(context > 0 && { context }),
    },
    context,
    variables: () => net.variables(),
    forward: (x, given) => transform('forward', x, given),
    inverse: (y, given) => transform('inverse', y, given),
  })
}

/** What suits the event. */
function defaultNetwork(event: readonly number[]): ConditionerMaker {
  return event.length === 3 ? convNetwork() : denseNetwork()
}
