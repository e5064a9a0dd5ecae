/** RMSProp. @module */
import { assertNumber } from '@gen/backend'
import { add, div, mul, sqrt, square, tidy } from '@tensorflow/tfjs-core'
import type { RateSchedule } from '../schedule.ts'
import { decayConfig, descend, type Optimizer, zeroSlots } from './optimizer.ts'

/** Options of {@link rmsProp}. */
export interface RmsPropOptions {
  /** Rate or schedule. @default 1e-3 */
  learningRate?: number | RateSchedule
  /** Decay ρ of the mean of the squared gradient. @default 0.99 */
  decay?: number
  /** How much of the last change goes on, in [0, 1). @default 0 */
  momentum?: number
  /** Added to the root in the denominator. @default 1e-8 */
  epsilon?: number
  /** Decay λ of the values themselves, times the rate, as in {@link adamW}. @default 0 */
  weightDecay?: number
}

/**
 * RMSProp: `v ← ρ v + (1 − ρ) g²`, `value ← value − η · g / (√v + ε)`; with momentum `b ← μ b + g / (√v + ε)`,
 * `value ← value − η b`. The same numbers as PyTorch's. With `weightDecay`, `value ← value − η · λ · value` first.
 *
 * @throws GenError `range` for a decay or momentum outside [0, 1) an ε ≤ 0 or a λ < 0.
 * @see Lecture 6e of Neural networks for machine learning (Hinton, 2012) https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 * @example
 * fit(model, batches, { steps: 1000, optimizer: rmsProp({ learningRate: 5e-5 }), key: key(0) }) // the first WGAN's
 */
export function rmsProp({
  learningRate = 1e-3,
  decay = 0.99,
  momentum = 0,
  epsilon = 1e-8,
  weightDecay = 0,
}: RmsPropOptions = {}): Optimizer {
  if (typeof learningRate === 'number') assertNumber('train.rmsProp', 'learningRate', learningRate, { min: 0 })
  assertNumber('train.rmsProp', 'decay', decay, { min: 0, exclusiveMax: 1 })
  assertNumber('train.rmsProp', 'momentum', momentum, { min: 0, exclusiveMax: 1 })
  assertNumber('train.rmsProp', 'epsilon', epsilon, { exclusiveMin: 0 })
  assertNumber('train.rmsProp', 'weightDecay', weightDecay, { min: 0 })
  return {
    name: 'rmsProp',
    learningRate,
    config: { decay, momentum, epsilon, ...decayConfig(weightDecay) },
    init: (values) => zeroSlots(momentum === 0 ? ['v'] : ['v', 'momentum'], values),
    update: (values, gradients, { v = [], momentum: buffers }, { learningRate: rate, gradientScale }) =>
      tidy(() => {
        const scaled = gradients.map((gradient) => mul(gradient, gradientScale))
        const nextV = v.map((mean, i) => add(mul(mean, decay), mul(square(scaled[i]!), 1 - decay)))
        const direction = nextV.map((mean, i) => div(scaled[i]!, add(sqrt(mean), epsilon)))
        if (!buffers) return { values: descend(values, direction, { rate, weightDecay }), slots: { v: nextV } }
        const next = buffers.map((buffer, i) => add(mul(buffer, momentum), direction[i]!))
        return { values: descend(values, next, { rate, weightDecay }), slots: { v: nextV, momentum: next } }
      }),
  }
}
