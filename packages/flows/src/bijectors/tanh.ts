/** The hyperbolic tangent. @module */
import { add, log1p, mul, neg, softplus, sub, type Tensor, tanh as tanhOf } from '@tensorflow/tfjs-core'
import type { Bijector } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type Interval, keepWithin } from './interval.ts'
import { type EventShape, eventShape, sumEvents } from './shape.ts'
import type { BoundedOptions } from './sigmoid.ts'

const open: Interval = { min: -1, max: 1, closed: false }

/**
 * Creates the hyperbolic tangent, from the real numbers to (−1, 1).
 *
 * @throws GenError `range` from `inverse` outside (−1, 1), unless `check` is false.
 * @example
 * const layer = tanh(2)
 */
export function tanh(shape: EventShape, { check = true }: BoundedOptions = {}): Bijector {
  const event = eventShape('flows.tanh', shape)
  return defineBijector({
    config: { kind: 'tanh', shape: event, check },
    codomain: open,
    check,
    forward: (x) => ({ value: keepWithin(tanhOf(x), open), logDet: sumEvents(logDerivative(x)) }),
    inverse: (y) => {
      const inside = keepWithin(y, open)
      const [up, down] = [log1p(inside), log1p(neg(inside))]
      return { value: mul(sub(up, down), 0.5), logDet: sumEvents(neg(add(up, down))) }
    },
  })
}

/** log(1 − tanh² x) = 2·(log 2 − x − softplus(−2x)). */
function logDerivative(x: Tensor): Tensor {
  return mul(sub(sub(Math.LN2, x), softplus(mul(x, -2))), 2)
}
