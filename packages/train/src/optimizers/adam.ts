/** Adam and AdamW. @module */
import { adamWStep as adamWOp, assertNumber } from '@gen/backend'
import type { RateSchedule } from '../schedule.ts'
import { type Optimizer, zeroSlots } from './optimizer.ts'

/** Options of {@link adam}. */
export interface AdamOptions {
  /** Rate or schedule. @default 1e-3 */
  learningRate?: number | RateSchedule
  /** Decay of the mean of the gradient. @default 0.9 */
  beta1?: number
  /** Decay of the mean of its square. @default 0.999 */
  beta2?: number
  /** Added to the root in the denominator. @default 1e-8 */
  epsilon?: number
}

/** Options of {@link adamW}. */
export interface AdamWOptions extends AdamOptions {
  /** Decay λ of the values themselves, times the rate. @default 0.01 */
  weightDecay?: number
}

/**
 * Adam: `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`, `value ← value − η · m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)` and
 * `v̂ = v / (1 − β₂ᵗ)`. The same numbers as PyTorch's.
 *
 * @throws GenError `range` for decays outside [0, 1) or an ε ≤ 0.
 * @see Adam: a method for stochastic optimization (Kingma and Ba, 2014) https://arxiv.org/abs/1412.6980
 * @example
 * fit(model, batches, { steps: 1000, optimizer: adam({ learningRate: 2e-4, beta1: 0.5 }), key: key(0) })
 */
export function adam({ learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): Optimizer {
  return fusedAdam('adam', learningRate, { beta1, beta2, epsilon })
}

/**
 * Adam with decoupled weight decay: before Adam's step, `value ← value − η · λ · value`.
 * All variables, biases too, decay. The same numbers as PyTorch's, and one call of `@gen/backend`'s fused `adamW`.
 *
 * @throws GenError `range` for decays outside [0, 1), an ε ≤ 0 or a λ < 0.
 * @see Decoupled weight decay regularization (Loshchilov and Hutter, 2017) https://arxiv.org/abs/1711.05101
 * @example
 * fit(model, batches, { steps: 1000, optimizer: adamW({ learningRate: 1e-3 }), key: key(0) })
 */
export function adamW({
  learningRate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamWOptions = {}): Optimizer {
  assertNumber('train.adamW', 'weightDecay', weightDecay, { min: 0 })
  return fusedAdam('adamW', learningRate, { beta1, beta2, epsilon, weightDecay })
}

interface AdamConfig extends Record<string, number> {
  beta1: number
  beta2: number
  epsilon: number
}

function fusedAdam(name: string, learningRate: number | RateSchedule, config: AdamConfig): Optimizer {
  const where = `train.${name}`
  if (typeof learningRate === 'number') assertNumber(where, 'learningRate', learningRate, { min: 0 })
  assertNumber(where, 'beta1', config.beta1, { min: 0, exclusiveMax: 1 })
  assertNumber(where, 'beta2', config.beta2, { min: 0, exclusiveMax: 1 })
  assertNumber(where, 'epsilon', config.epsilon, { exclusiveMin: 0 })
  return {
    name,
    learningRate,
    config,
    init: (values) => zeroSlots(['m', 'v'], values),
    update(values, gradients, slots, step) {
      const state = { values, gradients, m: slots.m ?? [], v: slots.v ?? [] }
      const { values: next, m, v } = adamWOp(state, { ...config, ...step })
      return { values: next, slots: { m, v } }
    },
  }
}
