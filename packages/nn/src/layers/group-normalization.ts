/** Group normalization as a layer. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { ones } from '../initializers/initializer.ts'
import { type Activation, activations } from '../operations/activate.ts'
import { groupNormActivate } from '../operations/group-norm-activate.ts'
import { channelsOf, commonDivisor, expectDivisible, expectOneOf, expectRank } from './expect.ts'

/** Options of {@link groupNormalization}. */
export interface GroupNormalizationOptions extends LayerOptions {
  /** Number of groups; must divide the channels. @default 8 */
  groups?: number
  /** Added to the variance. @default 1e-5 */
  epsilon?: number
  /** Applied last; `silu` in the same kernel, where the backend has one. @default 'linear' */
  activation?: Activation
}

const where = 'nn.groupNormalization'

const layer = defineLayer({
  where,
  className: 'GenGroupNormalization',
  check: (options: Resolved<GroupNormalizationOptions>) => checkGroupOptions(where, options),
  outputShape: ([x], { groups }) => groupedShape(where, x, groups),
  weights: ([x]) => {
    const shape = [channelsOf(where, x!)]
    return { scale: { shape, initializer: ones() }, offset: { shape } }
  },
  call: ([x], options, { scale, offset }) => groupNormActivate(x!, scale, offset, options),
})

/**
 * Group normalization with a trained scale and offset per channel, and an activation:
 * `y = activation((x − μ_g)/√(σ²_g + ε)·scale + offset)`, with mean and variance of each sample over the positions and
 * the channels of each group. Shapes `[batch, …, channels]`; one group is layer normalization over a whole sample.
 *
 * Twice differentiable.
 *
 * @throws GenError `shape` where groups do not divide the channels.
 * @see Group normalization (Wu & He, 2018) https://arxiv.org/abs/1803.08494
 * @example
 * const y = groupNormalization({ groups: 4, activation: 'silu' }).apply(ones([1, 8, 8, 16]))
 */
export function groupNormalization({
  groups = 8,
  epsilon = 1e-5,
  activation = 'linear',
  ...rest
}: GroupNormalizationOptions = {}): layers.Layer {
  return layer({ groups, epsilon, activation, ...rest })
}

/** Refuses options that no input could suit. */
export function checkGroupOptions(
  where: string,
  { groups, epsilon, activation }: Pick<Resolved<GroupNormalizationOptions>, 'groups' | 'epsilon' | 'activation'>,
): void {
  assertInteger(where, 'groups', groups, { min: 1 })
  assertNumber(where, 'epsilon', epsilon, { min: 0 })
  expectOneOf(where, 'activation', activation, activations)
}

/** The shape itself, once the groups are known to divide its channels. */
export function groupedShape(
  where: string,
  shape: readonly (number | null)[] | undefined,
  groups: number,
): readonly (number | null)[] {
  const x = expectRank(where, 'x', shape, [2, 3, 4])
  const channels = channelsOf(where, x)
  expectDivisible(where, 'channels', channels, groups, `pass groups: ${commonDivisor(channels, groups)}`)
  return x
}
