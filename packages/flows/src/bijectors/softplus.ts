/** The softplus. @module */
import { add, expm1, log, maximum, neg, softplus as softplusOf, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Bijector } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type Interval, keepWithin } from './interval.ts'
import { type EventShape, eventShape, sumEvents } from './shape.ts'
import type { BoundedOptions } from './sigmoid.ts'

/** The smallest float32 with all its digits. */
const smallest = 2 ** -126

/**
 * Creates the softplus, `y = log(1 + exp(x))`, from the real to the positive numbers.
 *
 * @throws GenError `range` from `inverse` for numbers ≤ 0, unless `check` is false.
 * @example
 * const layer = softplus(2)
 */
export function softplus(shape: EventShape, { check = true }: BoundedOptions = {}): Bijector {
  const event = eventShape('flows.softplus', shape)
  const codomain: Interval = { min: 0, max: Infinity, closed: false }
  return defineBijector({
    config: { kind: 'softplus', shape: event, check },
    codomain,
    check,
    forward: (x) => ({ value: keepWithin(softplusOf(x), codomain), logDet: sumEvents(neg(softplusOf(neg(x)))) }),
    inverse: (y) => {
      const positive = maximum(y, smallest)
      const lost = logOneMinusExp(positive)
      return { value: add(positive, lost), logDet: sumEvents(neg(lost)) }
    },
  })
}

/** log(1 − exp(−y)) for y > 0: what softplus adds to x, negated, and also the logarithm of its derivative. */
function logOneMinusExp(y: Tensor): Tensor {
  return log(maximum(sub(0, expm1(neg(y))), smallest))
}
