/** One step of Adam with decoupled weight decay, over all variables at once. @module */
import { add, div, engine, mul, sqrt, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { hasKernel } from '../backends/active.ts'
import { assertInteger, assertShape } from '../errors/checks.ts'
import { refusal } from '../errors/refusal.ts'

/** What {@link adamWStep} steps from: four lists of one length, of like shapes at each index. */
export interface AdamWState {
  /** The variables, of any shapes. */
  values: readonly Tensor[]
  /** Of the loss with respect to each. */
  gradients: readonly Tensor[]
  /** First moments. */
  m: readonly Tensor[]
  /** Second moments. */
  v: readonly Tensor[]
}

/** Options of {@link adamWStep}. */
export interface AdamWStepOptions {
  /** Step size η. */
  learningRate: number
  /** Decay of the first moment. @default 0.9 */
  beta1?: number
  /** Decay of the second moment. @default 0.999 */
  beta2?: number
  /** Added to the root of the second moment. @default 1e-8 */
  epsilon?: number
  /** Decoupled decay λ; 0 gives Adam. @default 0 */
  weightDecay?: number
  /** Number of this step, from 1. */
  step: number
  /** Multiplies the gradients first: clipping, averaging over accumulated steps. @default 1 */
  gradientScale?: number
}

/** What {@link adamWStep} returns: new tensors, which the caller owns. */
export interface AdamWResult {
  /** The variables after the step. */
  values: Tensor[]
  /** First moments. */
  m: Tensor[]
  /** Second moments. */
  v: Tensor[]
}

/**
 * One AdamW step. With g = gradientScale · gradient and t = step:
 *
 * `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`, `value ← value − η·(m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε) + λ·value)`.
 *
 * Not differentiable. Arguments are neither changed nor disposed.
 *
 * @throws GenError `shape` where the four lists differ in length or in the shapes at an index, `range` for a step below 1.
 * @see Decoupled weight decay regularization (Loshchilov & Hutter, 2017) https://arxiv.org/abs/1711.05101
 * @example
 * const next = adamW({ values, gradients, m, v }, { learningRate: 1e-3, step: 1 })
 */
export function adamWStep({ values, gradients, m, v }: AdamWState, options: AdamWStepOptions): AdamWResult {
  const { learningRate, step } = options
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, gradientScale = 1 } = options
  assertInteger('backend.adamW', 'step', step, { min: 1 })
  const count = values.length
  if ([gradients, m, v].some((list) => list.length !== count)) {
    const got = [values, gradients, m, v].map((list) => list.length).join(', ')
    throw refusal('shape', 'backend.adamW', { expected: 'values, gradients, m and v of one length', got })
  }
  for (const [name, list] of Object.entries({ gradients, m, v })) {
    values.forEach(({ shape }, i) => {
      assertShape('backend.adamW', `${name}[${i}]`, list[i]!, shape)
    })
  }
  const attributes = { count, learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale }
  if (count > 0 && hasKernel('GenAdamW')) return fused({ values, gradients, m, v }, attributes)
  return composed({ values, gradients, m, v }, attributes)
}

type Attributes = Required<AdamWStepOptions> & { count: number }

function fused({ values, gradients, m, v }: AdamWState, attributes: Attributes): AdamWResult {
  const { count } = attributes
  const inputs: Record<string, Tensor> = {}
  for (let i = 0; i < count; i++) {
    inputs[`x${i}`] = values[i]!
    inputs[`g${i}`] = gradients[i]!
    inputs[`m${i}`] = m[i]!
    inputs[`v${i}`] = v[i]!
  }
  const outputs = tidy(() => engine().runKernel('GenAdamW', inputs, { ...attributes }) as Tensor[])
  return {
    values: outputs.slice(0, count),
    m: outputs.slice(count, 2 * count),
    v: outputs.slice(2 * count, 3 * count),
  }
}

function composed({ values, gradients, m, v }: AdamWState, attributes: Attributes): AdamWResult {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = attributes
  const correction1 = 1 - beta1 ** step
  const correction2 = 1 - beta2 ** step
  const result: AdamWResult = { values: [], m: [], v: [] }
  values.forEach((value, i) => {
    const [newValue, newM, newV] = tidy(() => {
      const gradient = mul(gradients[i]!, gradientScale)
      const first = add(mul(m[i]!, beta1), mul(gradient, 1 - beta1))
      const second = add(mul(v[i]!, beta2), mul(square(gradient), 1 - beta2))
      const direction = div(div(first, correction1), add(sqrt(div(second, correction2)), epsilon))
      const change = mul(add(direction, mul(value, weightDecay)), learningRate)
      return [sub(value, change), first, second]
    })
    result.values.push(newValue)
    result.m.push(newM)
    result.v.push(newV)
  })
  return result
}
