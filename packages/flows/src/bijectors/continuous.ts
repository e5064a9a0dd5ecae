/** Continuous normalizing flows. @module */
import { assertInteger, assertNumber, bernoulli, type Key, refusal } from '@gen/backend'
import {
  concat,
  expandDims,
  eye,
  mul,
  reshape,
  slice,
  squeeze,
  sub,
  sum,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import type { Bijector, Given, Transformed } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type IntegrateOptions, integrate } from './dopri5.ts'
import { type EventShape, eventShape, flattenEvents, sizeOf } from './shape.ts'
import { vectorField } from './vector-field.ts'

/** How the divergence is computed: exactly, or estimated by one random direction per event where a key is given. */
export type Trace = 'exact' | 'hutchinson'

/** Options of {@link continuous}. */
export interface ContinuousOptions {
  /** Randomness of the network's weights. */
  key: Key
  /** Sizes of the field's hidden layers. @default [64, 64] */
  hidden?: readonly number[]
  /**
   * `exact` costs d directional derivatives per evaluation, `hutchinson` one. The estimate is used where `given.key` is
   * there, as in training, and is unbiased; without a key the trace is exact. @default 'exact'
   */
  trace?: Trace
  /** Error allowed per step, relative to the state. @default 1e-6 */
  relativeTolerance?: number
  /** Error allowed per step, added to the relative one. @default 1e-6 */
  absoluteTolerance?: number
  /** Takes this many equal steps of dopri5 and reads nothing back, as WebGPU needs. @default adaptive steps */
  steps?: number
  /** Features of the context; 0: none. @default 0 */
  context?: number
}

/**
 * Creates a continuous flow: y is the solution at t = 1 of `dx/dt = f(t, x; c)` from x at t = 0, and
 * `log|det J| = ∫ tr ∂f/∂x dt`. f is a multi-layer perceptron with tanh; it starts as the identity.
 *
 * Solved by Dormand–Prince 5(4). Gradients go back through the steps taken (discretize, then optimize): exact for the
 * computed solution; memory grows with the number of steps. The step size is chosen for the batch as a whole, so an
 * event's result depends on its batch within the tolerance.
 *
 * @throws GenError `non-finite` from `forward` and `inverse` where the equation cannot be solved.
 * @see FFJORD (Grathwohl et al., 2018) https://arxiv.org/abs/1810.01367
 * @example
 * const layer = continuous(2, { hidden: [32, 32], trace: 'hutchinson', key: key(0) })
 */
export function continuous(shape: EventShape, options: ContinuousOptions): Bijector {
  const { key, hidden = [64, 64], trace = 'exact', context = 0 } = options
  const event = eventShape('flows.continuous', shape)
  const size = sizeOf(event)
  const accuracy = checkedAccuracy(options)
  const field = vectorField({ size, hidden, context, key })

  function solve(x: Tensor, given: Given, from: number, to: number): Transformed {
    const batch = x.shape[0]
    const directions = trace === 'hutchinson' && given.key ? signs(given.key, batch, size) : expandDims(eye(size), 0)
    const rate = (t: number, state: Tensor) => {
      const { value, along } = field.evaluate(t, slice(state, [0, 0], [-1, size]), directions, given.context)
      return concat([value, reshape(sum(mul(along, directions), [1, 2]), [batch, 1])], 1)
    }
    const end = integrate(rate, concat([flattenEvents(x), zeros([batch, 1])], 1), from, to, accuracy)
    return {
      value: reshape(slice(end, [0, 0], [-1, size]), x.shape),
      logDet: squeeze(slice(end, [0, size], [-1, 1]), [1]),
    }
  }

  return defineBijector({
    config: {
      kind: 'continuous',
      shape: event,
      hidden: [...hidden],
      trace,
      ...accuracy,
      ...(context > 0 && { context }),
    },
    context,
    variables: () => field.variables(),
    forward: (x, given) => solve(x, given, 0, 1),
    inverse: (y, given) => solve(y, given, 1, 0),
  })
}

/** Rademacher directions, one per event: `[batch, 1, d]`. */
function signs(k: Key, batch: number, size: number): Tensor {
  return expandDims(sub(mul(bernoulli(k, [batch, size], { p: 0.5 }), 2), 1), 1)
}

function checkedAccuracy({
  trace = 'exact',
  relativeTolerance = 1e-6,
  absoluteTolerance = 1e-6,
  steps,
  context = 0,
}: ContinuousOptions): Omit<IntegrateOptions, 'maxSteps'> {
  const where = 'flows.continuous'
  if (trace !== 'exact' && trace !== 'hutchinson') {
    throw refusal('config', where, { expected: 'trace exact or hutchinson', got: JSON.stringify(trace) })
  }
  assertInteger(where, 'context', context, { min: 0 })
  assertNumber(where, 'relativeTolerance', relativeTolerance, { exclusiveMin: 0 })
  assertNumber(where, 'absoluteTolerance', absoluteTolerance, { exclusiveMin: 0 })
  if (steps !== undefined) assertInteger(where, 'steps', steps, { min: 1 })
  return { relativeTolerance, absoluteTolerance, ...(steps !== undefined && { steps }) }
}
