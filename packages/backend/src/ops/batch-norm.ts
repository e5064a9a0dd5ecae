/** Batch normalization by the batch's own moments, with a leaky ReLU fused in. @module */
import { add, leakyRelu, mean, mul, relu, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { assertNumber, assertShape } from '../errors/checks.ts'
import { refusal } from '../errors/refusal.ts'
import { defineOp, type Op } from './define-op.ts'

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Added to the variance. @default 1e-5 */
  epsilon?: number
  /** Of a leaky ReLU applied last: what values below 0 are multiplied by; 0 is ReLU, 1 none. @default 1 */
  slope?: number
}

const op: Op<Required<BatchNormOptions>> = defineOp({ name: 'GenBatchNorm', composed })

/**
 * Normalizes each channel over all samples and positions to mean 0 and variance 1, then scales and shifts it:
 * `z = (x − μ_c)/√(σ²_c + ε) · scale_c + offset_c`, `y = z > 0 ? z : slope · z`. σ² is the mean of squares, not their sum over n − 1.
 *
 * So what comes out for a sample depends on the others of its batch. For use after training keep averages of the moments, and
 * give those to tfjs's own `batchNorm`.
 *
 * @param x - `[batch, …, channels]`, float32.
 * @param scale - `[channels]`, as `offset`.
 * @throws GenError `shape` where scale or offset do not fit the channels, `range` for a slope outside [0, 1] or an ε not above 0.
 * @see Batch normalization (Ioffe & Szegedy, 2015) https://arxiv.org/abs/1502.03167
 * @example
 * const x = normal(key(0), [16, 8, 8, 64])
 * const y = batchNorm(x, ones([64]), zeros([64]), { slope: 0.2 })
 */
export function batchNorm<T extends Tensor>(
  x: T,
  scale: Tensor,
  offset: Tensor,
  { epsilon = 1e-5, slope = 1 }: BatchNormOptions = {},
): T {
  const where = 'backend.batchNorm'
  if (x.shape.length < 2) {
    const got = `[${x.shape.join(', ')}]`
    throw refusal('shape', where, { expected: 'x of shape [batch, …, channels]', got, details: { shape: x.shape } })
  }
  for (const [name, tensor] of Object.entries({ scale, offset })) assertShape(where, name, tensor, [x.shape.at(-1)!])
  assertNumber(where, 'epsilon', epsilon, { exclusiveMin: 0 })
  assertNumber(where, 'slope', slope, { min: 0, max: 1 })
  return op([x, scale, offset], { epsilon, slope }) as T
}

function composed([x, scale, offset]: Tensor[], { epsilon, slope }: Required<BatchNormOptions>): Tensor {
  const axes = x!.shape.slice(0, -1).map((_, axis) => axis)
  const centered = sub(x!, mean(x!, axes, true))
  const variance = mean(square(centered), axes, true)
  const z = add(mul(centered, mul(rsqrt(add(variance, epsilon)), scale!)), offset!)
  if (slope === 1) return z
  return slope === 0 ? relu(z) : leakyRelu(z, slope)
}
