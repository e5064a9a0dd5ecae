/** A small denoiser of points, in tfjs-core alone. @module */
import { assertInteger, claimWeights, type Key, normal, refusal, silu, split } from '@gen/backend'
import {
  add,
  concat,
  cos,
  dispose,
  log,
  matMul,
  maximum,
  mul,
  oneHot,
  reshape,
  sin,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core'
import { rates } from '../predictions/forward.ts'
import type { DenoisingNetwork } from './network.ts'

/** Options of {@link pointDenoiser}. */
export interface PointDenoiserOptions {
  /** Numbers in a point. @default 2 */
  size?: number
  /** Widths of the hidden layers. @default [64, 64, 64] */
  hidden?: readonly number[]
  /** Classes it can be told; 0 for none. @default 0 */
  classes?: number
  /** Shape of what else it can be told, flattened: zeros for nothing. @default none */
  context?: readonly number[] | undefined
  /** Numbers by which it is told of augmentations, or of `meanFlow`'s intervals; 0 for none. @default 0 */
  augmentation?: number
  /**
   * Whether the answer for standard normal data is built in. Without signal nothing can be added to it, so models of few steps, which
   * begin there, do without. @default true
   */
  residual?: boolean
  /** Where the weights come from. */
  key: Key
}

/** A {@link DenoisingNetwork} that owns its weights. */
export interface PointDenoiser extends DenoisingNetwork {
  dispose(): void
}

/** Below the noise of every schedule, and the signal of all that do not end without. */
const leastRate = 2 ** -20

/** Frequencies of the noise level's Fourier features, in half turns. */
const frequencies = [1, 2, 4, 8]

/**
 * A multilayer perceptron that denoises points: `ε = √(1 − α) · x + √α · F(x, features of α, class, context)`.
 *
 * The first term is the exact answer for standard normal data, and F starts at zero; with `residual: false` the output is F alone. The noise level enters as
 * `c = log(α / (1 − α)) / 8`, `sin(2ᵏπc/2)` and `cos(2ᵏπc/2)`, the class as one-hot.
 *
 * @throws GenError `range` for sizes below 1.
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
 */
export function pointDenoiser({
  size = 2,
  hidden = [64, 64, 64],
  classes = 0,
  context,
  augmentation = 0,
  residual = true,
  key,
}: PointDenoiserOptions): PointDenoiser {
  const where = 'diffusion.pointDenoiser'
  assertInteger(where, 'size', size, { min: 1 })
  assertInteger(where, 'classes', classes, { min: 0 })
  assertInteger(where, 'augmentation', augmentation, { min: 0 })
  if (!Array.isArray(hidden)) {
    throw refusal('value', where, {
      expected: 'hidden a list of widths',
      got: JSON.stringify(hidden),
      remedy: 'pass [64, 64]',
    })
  }
  for (const width of hidden) assertInteger(where, 'hidden', width, { min: 1 })
  for (const n of context ?? []) assertInteger(where, 'context', n, { min: 1 })
  const told = context?.reduce((product, n) => product * n, 1) ?? 0
  const inputs = size + 1 + 2 * frequencies.length + (classes > 0 ? classes + 1 : 0) + told + augmentation
  const widths = [inputs, ...hidden, size]
  for (let i = 0; i < widths.length - 1; i++) claimWeights(where, [widths[i]!, widths[i + 1]!])
  const layers = split(key, widths.length - 1).map((k, i) => dense(k, widths[i]!, widths[i + 1]!, i < hidden.length))
  return {
    shape: [size],
    takes: { label: classes > 0, context: context ?? null, augmentation },
    config: {
      ...{ kind: 'pointDenoiser', size, hidden: [...hidden], classes },
      ...(context && { context: [...context] }),
      ...(augmentation > 0 && { augmentation }),
      ...(!residual && { residual }),
    },
    variables: () => layers.flatMap(({ kernel, bias }) => [kernel, bias]),
    denoise: (x, alpha, condition = {}) =>
      tidy(() => {
        const { signal, noise } = rates(where, x, alpha) as { signal: Tensor; noise: Tensor }
        const features = [x as Tensor2D, ...noiseFeatures(signal as Tensor2D, noise as Tensor2D)]
        if (classes > 0) features.push(classFeatures(condition.label, classes, x.shape[0] ?? 0))
        if (context) features.push(contextFeatures(condition.context, told, x.shape[0] ?? 0))
        if (augmentation > 0)
          features.push((condition.augmentation ?? zeros([x.shape[0] ?? 0, augmentation])) as Tensor2D)
        let h: Tensor = concat(features, 1)
        layers.forEach(({ kernel, bias }, i) => {
          h = add(matMul(h as Tensor2D, kernel as Tensor2D), bias)
          if (i < hidden.length) h = silu(h)
        })
        return residual ? add(mul(x, noise), mul(h, signal)) : h
      }),
    dispose: () => dispose(layers.map(({ kernel, bias }) => [kernel, bias])),
  }
}

/** LeCun's initial weights; zeros for the last layer, so that training starts at the Gaussian's answer. */
function dense(k: Key, inputs: number, outputs: number, random: boolean): { kernel: Variable; bias: Variable } {
  return tidy(() => ({
    kernel: variable(random ? mul(normal(k, [inputs, outputs]), Math.sqrt(1 / inputs)) : zeros([inputs, outputs])),
    bias: variable(zeros([outputs])),
  }))
}

function noiseFeatures(signal: Tensor2D, noise: Tensor2D): Tensor2D[] {
  // At α = 0 the logarithm would be infinite; what schedules leave elsewhere is untouched.
  const level = mul(sub(log(maximum(signal, leastRate)), log(maximum(noise, leastRate))), 1 / 4) as Tensor2D
  const waves = frequencies.flatMap((frequency) => {
    const angle = mul(level, (frequency * Math.PI) / 2)
    return [sin(angle), cos(angle)] as Tensor2D[]
  })
  return [level, ...waves]
}

function classFeatures(label: Tensor1D | undefined, classes: number, rows: number): Tensor2D {
  if (label) return oneHot(label, classes + 1, 1, 0, 'float32') as Tensor2D
  return tidy(() => oneHot(Array<number>(rows).fill(classes), classes + 1, 1, 0, 'float32') as Tensor2D)
}

function contextFeatures(context: Tensor | undefined, size: number, rows: number): Tensor2D {
  return context ? reshape(context, [rows, size]) : zeros([rows, size])
}
