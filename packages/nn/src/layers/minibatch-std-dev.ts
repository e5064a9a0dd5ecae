/** A channel that tells how much the samples of a batch differ. @module */
import { assertInteger, refusal } from '@gen/backend'
import { add, concat, mean, mul, ones, reshape, sqrt, square, sub, type Tensor, tile } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { channelsOf, commonDivisor, expectDivisible, expectRank } from './expect.ts'

/** Options of {@link minibatchStdDev}. */
export interface MinibatchStdDevOptions extends LayerOptions {
  /** Samples to compare with each other; a smaller batch is one group. Must divide the batch. @default 4 */
  groupSize?: number
  /** Number of channels to add, each from its own part of the channels. @default 1 */
  features?: number
}

type Options = Resolved<MinibatchStdDevOptions>

const where = 'nn.minibatchStdDev'
const epsilon = 1e-8

const layer = defineLayer({
  where,
  className: 'GenMinibatchStdDev',
  check: ({ groupSize, features }: Options) => {
    assertInteger(where, 'groupSize', groupSize, { min: 1 })
    assertInteger(where, 'features', features, { min: 1 })
  },
  outputShape: ([x], { groupSize, features }) => {
    const channels = channelsOf(where, expectRank(where, 'x', x, [2, 3, 4]))
    expectDivisible(where, 'channels', channels, features, `pass features: ${commonDivisor(channels, features)}`)
    const batch = x![0]!
    if (batch !== null && batch % Math.min(groupSize, batch) !== 0) refuse(batch, groupSize)
    return [...x!.slice(0, -1), channels + features]
  },
  call: ([x], options) => concat([x!, deviations(x!, options)], -1),
})

/**
 * Appends the standard deviation over groups of samples, so that a discriminator sees whether samples are alike.
 *
 * A batch of b is dealt into b/groupSize groups (sample i to group i mod b/groupSize); the deviation over the group is
 * taken for each position and channel, averaged over positions and channels, and repeated over the positions:
 * `[batch, …, c]` → `[batch, …, c + features]`. Twice differentiable.
 *
 * @throws GenError `shape` for a batch that groupSize does not divide, or channels that features do not divide.
 * @see Progressive growing of GANs (Karras et al., 2017) https://arxiv.org/abs/1710.10196
 * @example
 * const y = minibatchStdDev().apply(ones([8, 4, 4, 16])) // [8, 4, 4, 17]
 */
export function minibatchStdDev({ groupSize = 4, features = 1, ...rest }: MinibatchStdDevOptions = {}): layers.Layer {
  return layer({ groupSize, features, ...rest })
}

/** `[b, …, features]`. */
function deviations(x: Tensor, { groupSize, features }: Options): Tensor {
  const [batch, channels] = [x.shape[0], x.shape.at(-1)!]
  const size = Math.min(groupSize, batch)
  const groups = batch / size
  const positions = x.size / (batch * channels)
  const dealt = reshape(x, [size, groups * positions, features, channels / features])
  const variance = mean(square(sub(dealt, mean(dealt, 0, true))), 0)
  const deviation = reshape(sqrt(add(variance, epsilon)), [groups, positions, features, channels / features])
  const perGroup = mean(mean(deviation, 3), 1)
  const perSample = reshape(tile(perGroup, [size, 1]), [batch, ...x.shape.slice(1, -1).map(() => 1), features])
  return mul(perSample, ones([...x.shape.slice(0, -1), 1]))
}

function refuse(batch: number, groupSize: number): never {
  const remedy = `pass groupSize: ${commonDivisor(batch, groupSize)} or another batch`
  throw refusal('shape', where, {
    expected: `a batch divisible by ${groupSize}`,
    got: batch,
    remedy,
    details: { batch, groupSize },
  })
}
