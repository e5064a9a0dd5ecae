/** Stochastic gradient descent. @module */
import { assertNumber, refusal } from '@gen/backend'
import { add, mul, tidy } from '@tensorflow/tfjs-core'
import type { RateSchedule } from '../schedule.ts'
import { decayConfig, descend, type Optimizer, zeroSlots } from './optimizer.ts'

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** Rate or schedule. @default 0.01 */
  learningRate?: number | RateSchedule
  /** How much of the last change goes on, in [0, 1). @default 0 */
  momentum?: number
  /** Look ahead along the momentum. @default false */
  nesterov?: boolean
  /** Decay λ of the values themselves, times the rate, as in {@link adamW}. @default 0 */
  weightDecay?: number
}

/**
 * Gradient descent: `b ← μ b + g`, `value ← value − η b`; Nesterov's form steps along `g + μ b`. The same numbers as
 * PyTorch's (no dampening). With `weightDecay`, `value ← value − η · λ · value` first, apart from the momentum (PyTorch's `weight_decay` adds
 * λ · value to the gradient instead).
 *
 * @throws GenError `range` for a momentum outside [0, 1) or a λ < 0, `config` for Nesterov without momentum.
 * @see On the importance of initialization and momentum (Sutskever et al., 2013) https://proceedings.mlr.press/v28/sutskever13.html
 * @example
 * fit(model, batches, { steps: 1000, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), key: key(0) })
 */
export function sgd({
  learningRate = 0.01,
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
}: SgdOptions = {}): Optimizer {
  if (typeof learningRate === 'number') assertNumber('train.sgd', 'learningRate', learningRate, { min: 0 })
  assertNumber('train.sgd', 'momentum', momentum, { min: 0, exclusiveMax: 1 })
  assertNumber('train.sgd', 'weightDecay', weightDecay, { min: 0 })
  if (nesterov && momentum === 0) {
    throw refusal('config', 'train.sgd', {
      expected: 'a momentum above 0 with nesterov',
      got: '0',
      remedy: 'pass momentum: 0.9',
    })
  }
  return {
    name: 'sgd',
    learningRate,
    config: { momentum, nesterov, ...decayConfig(weightDecay) },
    init: (values) => (momentum === 0 ? {} : zeroSlots(['momentum'], values)),
    update: (values, gradients, { momentum: buffers }, { learningRate: rate, gradientScale }) =>
      tidy(() => {
        const scaled = gradients.map((gradient) => (gradientScale === 1 ? gradient : mul(gradient, gradientScale)))
        if (!buffers) return { values: descend(values, scaled, { rate, weightDecay }), slots: {} }
        const next = buffers.map((buffer, i) => add(mul(buffer, momentum), scaled[i]!))
        const along = nesterov ? next.map((buffer, i) => add(scaled[i]!, mul(buffer, momentum))) : next
        return { values: descend(values, along, { rate, weightDecay }), slots: { momentum: next } }
      }),
  }
}
