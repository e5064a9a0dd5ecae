/** Group normalization, with an activation fused in. @module */
import { add, mean, mul, reshape, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { assertInteger, assertShape } from '../errors/checks.ts'
import { refusal } from '../errors/refusal.ts'
import { defineOp, type Op } from './define-op.ts'
import { silu } from './silu.ts'

/** Options of {@link groupNorm}. */
export interface GroupNormOptions {
  /** Number of groups; must divide the channels. */
  groups: number
  /** Added to the variance. @default 1e-5 */
  epsilon?: number
  /** Applied last. @default 'linear' */
  activation?: 'linear' | 'silu'
}

const op: Op<Required<GroupNormOptions>> = defineOp({ name: 'GenGroupNorm', composed })

/**
 * Normalizes each sample's channels in groups to mean 0 and variance 1, then scales and shifts per channel:
 * `y = activation((x − μ_g)/√(σ²_g + ε) · scale + offset)`; μ and σ² over the positions and the group's channels.
 *
 * @param x - `[batch, …, channels]`, float32.
 * @param scale - `[channels]`, or `[batch, channels]` for a scale per sample.
 * @param offset - Shaped like either as well.
 * @throws GenError `shape` where groups do not divide the channels or scale or offset do not fit.
 * @see Group normalization (Wu & He, 2018) https://arxiv.org/abs/1803.08494
 * @example
 * const x = normal(key(0), [2, 8, 8, 64])
 * const y = groupNorm(x, ones([64]), zeros([64]), { groups: 8, activation: 'silu' })
 */
export function groupNorm<T extends Tensor>(
  x: T,
  scale: Tensor,
  offset: Tensor,
  { groups, epsilon = 1e-5, activation = 'linear' }: GroupNormOptions,
): T {
  const where = 'backend.groupNorm'
  const [batch, channels] = [x.shape[0] ?? 0, x.shape[x.shape.length - 1] ?? 0]
  assertInteger(where, 'groups', groups, { min: 1 })
  if (x.shape.length < 2 || channels % groups !== 0) {
    throw refusal('shape', where, {
      expected: `x of shape [batch, …, channels] with channels divisible by ${groups}`,
      got: `[${x.shape.join(', ')}]`,
      remedy: 'pass groups that divide the channels',
      details: { groups, shape: x.shape },
    })
  }
  for (const [name, tensor] of Object.entries({ scale, offset })) {
    assertShape(where, name, tensor, tensor.shape.length === 2 ? [batch, channels] : [channels])
  }
  if (activation !== 'linear' && activation !== 'silu') {
    throw refusal('config', where, { expected: "activation 'linear' or 'silu'", got: `'${String(activation)}'` })
  }
  return op([x, scale, offset], { groups, epsilon, activation }) as T
}

function composed([x, scale, offset]: Tensor[], { groups, epsilon, activation }: Required<GroupNormOptions>): Tensor {
  const shape = x!.shape
  const batch = shape[0]
  const channels = shape[shape.length - 1]!
  const grouped = reshape(x!, [batch, x!.size / (batch * channels), groups, channels / groups])
  const centered = sub(grouped, mean(grouped, [1, 3], true))
  const variance = mean(square(centered), [1, 3], true)
  const normalized = reshape(mul(centered, rsqrt(add(variance, epsilon))), shape)
  const y = add(mul(normalized, perChannel(scale!, shape)), perChannel(offset!, shape))
  return activation === 'silu' ? silu(y) : y
}

function perChannel(parameter: Tensor, shape: number[]): Tensor {
  if (parameter.shape.length === 1) return parameter
  return reshape(
    parameter,
    shape.map((n, axis) => (axis === 0 || axis === shape.length - 1 ? n : 1)),
  )
}
