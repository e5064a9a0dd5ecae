/** The logit. @module */
import { assertNumber } from '@gen/backend'
import { add, clipByValue, div, log, mul, neg, sigmoid, softplus, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { Bijector } from './bijector.ts'
import { defineBijector } from './define-bijector.ts'
import { type Interval, keepWithin, real } from './interval.ts'
import { type EventShape, eventShape, sumEvents } from './shape.ts'

/** Options of {@link logit}. */
export interface LogitOptions {
  /** Squeezes the argument into [α, 1 − α] first: with α > 0, pixels of exactly 0 and 1 are fine. @default 0 */
  alpha?: number
  /** Throws for arguments outside the domain; without it they are clamped. @default true */
  check?: boolean
}

/** How near to an end arguments are clamped, where they are. */
const clamped = 1e-7

/**
 * Creates the logit, `y = log p − log(1 − p)` with `p = α + (1 − 2α)·x`, from (0, 1) to the real numbers; with α > 0 the
 * domain is the wider interval (−α, 1 − α)/(1 − 2α), which holds 0 and 1. Without `check`, p is kept in [10⁻⁷, 1 − 10⁻⁷].
 *
 * @throws GenError `range` from `forward` outside the domain, unless `check` is false.
 * @see Density estimation using Real NVP (Dinh et al., 2016) https://arxiv.org/abs/1605.08803
 * @example
 * const layer = logit([28, 28, 1], { alpha: 0.05 })
 */
export function logit(shape: EventShape, { alpha = 0, check = true }: LogitOptions = {}): Bijector {
  assertNumber('flows.logit', 'alpha', alpha, { min: 0, exclusiveMax: 0.5 })
  const event = eventShape('flows.logit', shape)
  const width = 1 - 2 * alpha
  const domain: Interval = { min: -alpha / width || 0, max: (1 - alpha) / width, closed: false }
  // The smallest float32; beside α, its rounding.
  const least = check ? Math.max(2 ** -126, alpha * 2 ** -24) : clamped
  const logOf = (distance: Tensor) => log(clipByValue(add(mul(distance, width), alpha), least, 1))
  return defineBijector({
    config: { kind: 'logit', shape: event, alpha, check },
    domain,
    codomain: real,
    check,
    forward: (x) => {
      // 1 − p of the rounded p would lose what white pixels differ by.
      const [up, down] = [logOf(x), logOf(sub(1, x))]
      return { value: sub(up, down), logDet: sumEvents(sub(Math.log(width), add(up, down))) }
    },
    inverse: (y) => ({
      value: keepWithin(div(sub(sigmoid(y), alpha), width), domain),
      logDet: sumEvents(neg(add(logSlope(y), Math.log(width)))),
    }),
  })
}

/** −log of the derivative of the sigmoid. */
function logSlope(y: Tensor): Tensor {
  return add(softplus(y), softplus(neg(y)))
}
