/** Activation normalization. @module */
import {
  abs,
  add,
  clipByValue,
  div,
  exp,
  fill,
  greater,
  greaterEqual,
  log,
  logicalAnd,
  max,
  maximum,
  moments,
  mul,
  neg,
  reshape,
  slice,
  sqrt,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Variable,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { zeroWeight } from '../networks/weights.ts'
import type { Bijector } from './bijector.ts'
import { boundedLog, unboundedLog } from './bounded-log.ts'
import { defineBijector } from './define-bijector.ts'
import { channelsOf, type EventShape, eventShape, sizeOf } from './shape.ts'

/** Scales stay within (slope, 1/slope): data may come in any unit. */
const slope = 1e-30
const largestLog = 0.9 * -Math.log(slope)

/**
 * Creates activation normalization: a scale and a shift per feature or channel, `y = x·exp(s) + b`.
 *
 * It starts as the identity. `initialize(x)` sets s and b so that this batch comes out with mean 0 and variance 1 per
 * channel; `flow.initialize` does so for all layers in turn. Call it once, before training: s and b are ordinary
 * variables, so checkpoints hold them and a resumed run needs nothing more. Channels that vary by less than 10⁻⁶ of their
 * mean keep scale 1.
 *
 * @see Glow: Generative Flow with Invertible 1×1 Convolutions (Kingma & Dhariwal, 2018) https://arxiv.org/abs/1807.03039
 * @example
 * const layer = actnorm([8, 8, 4])
 * layer.initialize(normal(key(0), [16, 8, 8, 4]))
 */
export function actnorm(shape: EventShape): Bijector {
  const event = eventShape('flows.actnorm', shape)
  const channels = channelsOf(event)
  const places = sizeOf(event) / channels
  const rawScale = zeroWeight([channels])
  const shift = zeroWeight([channels])
  const logScale = () => boundedLog(rawScale, slope)
  const logDet = (x: Tensor, s: Tensor): Tensor1D => fill1(x.shape[0], mul(sum(s), places))

  return defineBijector({
    config: { kind: 'actnorm', shape: event },
    variables: () => [rawScale, shift],
    forward: (x) => {
      const s = logScale()
      return { value: add(mul(x, exp(s)), shift), logDet: logDet(x, s) }
    },
    inverse: (y) => {
      const s = logScale()
      return { value: div(sub(y, shift), exp(s)), logDet: logDet(y, neg(s)) }
    },
    initialize: (x) => initialize(reshape(x, [-1, channels]), rawScale, shift),
  })
}

function initialize(rows: Tensor, rawScale: Variable, shift: Variable): void {
  const { mean, logDeviation, varies } = spreadOf(rows)
  const wanted = clipByValue(neg(logDeviation), -largestLog, largestLog)
  const s = where(varies, wanted, zerosLike(wanted))
  rawScale.assign(unboundedLog(s, slope))
  // By the scale as it will be read: its rounding times a large mean would show.
  shift.assign(neg(mul(mean, exp(boundedLog(rawScale, slope)))))
}

/** Of each column: moments about the first row and in units of the largest distance from it, which neither cancel nor overflow. */
function spreadOf(rows: Tensor): { mean: Tensor; logDeviation: Tensor; varies: Tensor } {
  const first = slice(rows, [0, 0], [1, -1])
  const distances = sub(rows, first)
  const largest = max(abs(distances), 0)
  const unit = where(greater(largest, 0), largest, 1)
  const { mean, variance } = moments(div(distances, unit), 0)
  const center = add(squeeze(first, [0]), mul(mean, unit))
  return {
    mean: center,
    logDeviation: add(log(unit), mul(log(maximum(variance, 1e-30)), 0.5)),
    varies: logicalAnd(greater(largest, 0), greaterEqual(mul(unit, sqrt(variance)), mul(abs(center), 1e-6))),
  }
}

/** One number for every event of a batch. */
function fill1(batch: number, value: Tensor): Tensor1D {
  return mul(fill([batch], 1), value)
}
