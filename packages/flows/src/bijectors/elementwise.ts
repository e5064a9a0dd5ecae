/** One learned function per element. @module */
import { claimWeights, type Key, key as keyOf } from '@gen/backend'
import { reshape, type Tensor, tile } from '@tensorflow/tfjs-core'
import type { Univariate } from '../univariates/univariate.ts'
import type { Bijector, Given, Transformed } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type ConditionalOptions, conditionalConfig, parameters } from './parameters.ts'
import { type EventShape, eventShape, flattenEvents, sizeOf, sumEvents } from './shape.ts'

/** Options of {@link elementwise}. */
export interface ElementwiseOptions extends ConditionalOptions {
  /** What is done to each element. */
  univariate: Univariate
  /** Randomness of the context's network; nothing else is random here. @default key(0) */
  key?: Key
}

/**
 * Creates a bijector that sends each element through a univariate function with parameters of its own, free or computed
 * from the context; it starts as the identity.
 *
 * `y_i = f(x_i; θ_i(c))`. With `affineUnivariate()` it is a learned diagonal scaling.
 *
 * @example
 * const scaling = elementwise(4, { univariate: affineUnivariate() })
 * const givenLabel = elementwise(4, { univariate: splineUnivariate(), context: 10, key: key(0) })
 */
export function elementwise(
  shape: EventShape,
  { univariate, key = keyOf(0), ...options }: ElementwiseOptions,
): Bijector {
  const where = 'flows.elementwise'
  const event = eventShape(where, shape)
  const size = sizeOf(event)
  claimWeights(where, [size, univariate.parameters])
  const theta = parameters({ ...options, key, initial: [new Float32Array(size * univariate.parameters)] })

  function transform(direction: 'forward' | 'inverse', x: Tensor, { context }: Given): Transformed {
    const flat = flattenEvents(x)
    const rows = flat.shape[0]
    const [raw] = theta.pieces(context)
    const each = raw!.shape[0] === rows ? raw! : tile(raw!, [rows, 1])
    const { value, logDet } = univariate[direction](flat, reshape(each, [rows, size, univariate.parameters]))
    return { value: reshape(value, x.shape), logDet: sumEvents(logDet) }
  }

  return defineBijector({
    config: {
      kind: 'elementwise',
      shape: event,
      univariate: univariate.config,
      ...conditionalConfig(where, options),
    },
    context: options.context ?? 0,
    variables: () => theta.variables(),
    forward: (x, given) => transform('forward', x, given),
    inverse: (y, given) => transform('inverse', y, given),
  })
}
