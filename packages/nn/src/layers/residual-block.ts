/** The residual block of U-Nets, encoders and discriminators. @module */
import { assertInteger, assertNumber, fold, type Key } from '@gen/backend'
import { add, type Tensor } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved, type Shape, type Weight } from '../define-layer.ts'
import { lecun, ones } from '../initializers/initializer.ts'
import { type Activation, activate, activations } from '../operations/activate.ts'
import { affine, modulate, overPositions, scaleAndOffset } from '../operations/affine.ts'
import { convolve } from '../operations/convolve.ts'
import { drop } from '../operations/drop.ts'
import { groupNormActivate } from '../operations/group-norm-activate.ts'
import { groupsFor } from '../operations/groups-for.ts'
import { kernelShape } from './convolution.ts'
import { channelsOf, expectOneOf, expectRank } from './expect.ts'
import { spectralKey } from './spectral-key.ts'

/** Options of {@link residualBlock}. */
export interface ResidualBlockOptions extends LayerOptions {
  /** Channels of the output. */
  channels: number
  /** Draws the kernels. */
  key: Key
  /** How an embedding enters, if one is given: scale and offset after the second normalization, or added. @default 'film' */
  embedding?: 'film' | 'add'
  /** @default 'group' */
  normalization?: 'group' | 'none'
  /** Most groups, each of at least 4 channels; see `groupsFor`. @default 8 */
  groups?: number
  /** @default 'silu' */
  activation?: Activation
  /** Size of the convolutions' window. @default 3 */
  size?: number
  /** Multiplies the last convolution's initial kernel; 0 starts as the identity (or its 1 × 1 convolution). @default 1 */
  gain?: number
  /** Divides every kernel by its largest singular value. @default false */
  spectral?: boolean
  /** Share of the numbers before the second convolution that training drops, by the key of the call. @default 0 */
  dropout?: number
}

type Options = Resolved<ResidualBlockOptions>
type Convolutions = 'kernel1' | 'bias1' | 'kernel2' | 'bias2'
type Sometimes = 'scale1' | 'offset1' | 'scale2' | 'offset2' | 'skip' | 'skipBias' | 'embedding' | 'embeddingBias'
/** What is left out depends on the options and the inputs. */
type Weights = Readonly<Record<Convolutions, Tensor> & Partial<Record<Sometimes, Tensor>>>

const where = 'nn.residualBlock'

const layer = defineLayer({
  where,
  className: 'GenResidualBlock',
  inputs: [1, 2],
  // Models saved before there was dropout have none.
  check: ({ channels, embedding, normalization, groups, activation, size, dropout = 0 }: Options) => {
    assertInteger(where, 'channels', channels, { min: 1 })
    assertInteger(where, 'groups', groups, { min: 1 })
    assertInteger(where, 'size', size, { min: 1 })
    assertNumber(where, 'dropout', dropout, { min: 0, exclusiveMax: 1 })
    expectOneOf(where, 'embedding', embedding, ['film', 'add'])
    expectOneOf(where, 'normalization', normalization, ['group', 'none'])
    expectOneOf(where, 'activation', activation, activations)
  },
  outputShape: ([x, embedding], { channels }) => {
    channelsOf(where, expectRank(where, 'x', x, [3, 4]))
    if (embedding !== undefined) expectRank(where, 'embedding', embedding, [2])
    return [...x!.slice(0, -1), channels]
  },
  weights: (shapes, options) => wantedWeights(shapes, options) as Record<Convolutions | Sometimes, Weight>,
  call: ([x, embedding], options, all, how) => {
    const weights: Weights = all
    const skip = weights.skip === undefined ? x! : convolve(x!, weights.skip, weights.skipBias!)
    const first = convolve(
      normalizeActivate(x!, weights.scale1, weights.offset1, options),
      weights.kernel1,
      weights.bias1,
    )
    const hidden = activateWithEmbedding(first, embedding, weights, options)
    const kept = drop(hidden, { ...how, where, rate: options.dropout ?? 0, own: options.key })
    return add(skip, convolve(kept, weights.kernel2, weights.bias2))
  },
})

/**
 * Residual block: `y = skip(x) + conv₂(drop(act(norm₂(conv₁(act(norm₁(x)))))))`, where skip is the identity, or a 1 × 1
 * convolution where the channels change. Images `[batch, h, w, c]` → `[batch, h, w, channels]`, signals `[batch, n, c]`.
 *
 * Given `[x, embedding]`, the embedding `[batch, size]` enters through a dense map: with `film`, norm₂ takes its scale
 * `1 + s` and offset t from it; with `add`, it is added to the result of conv₁. Group norm and SiLU are one operation.
 * Twice differentiable with all activations and normalizations.
 *
 * @throws GenError `value`, `range` or `config` for options, `shape` for other than 3 or 4 axes.
 * @see Identity mappings in deep residual networks (He et al., 2016) https://arxiv.org/abs/1603.05027
 * @see Diffusion models beat GANs on image synthesis (Dhariwal & Nichol, 2021) https://arxiv.org/abs/2105.05233
 * @example
 * const y = residualBlock({ channels: 16, key: key(0) }).apply([ones([1, 8, 8, 8]), ones([1, 32])])
 */
export function residualBlock({
  embedding = 'film',
  normalization = 'group',
  groups = 8,
  activation = 'silu',
  size = 3,
  gain = 1,
  spectral = false,
  dropout = 0,
  ...rest
}: ResidualBlockOptions): layers.Layer {
  return layer({ embedding, normalization, groups, activation, size, gain, spectral, dropout, ...rest })
}

function wantedWeights(
  [x, embedding]: Shape[],
  { channels, key, embedding: mode, normalization, size, gain, spectral }: Options,
): Partial<Record<Convolutions | Sometimes, Weight>> {
  const channelsIn = channelsOf(where, x!)
  const kernel = (i: number, shape: number[], scale = 1): Weight => {
    const own = fold(key, i)
    return { shape, initializer: lecun({ key: own, gain: scale }), spectralKey: spectralKey(own, spectral) }
  }
  const films = embedding !== undefined && mode === 'film'
  const filters = (size: number, from: number) => kernelShape(x!.length, size, from, channels)
  const perChannel = (n: number, initializer = ones()): Weight => ({ shape: [n], initializer })
  const embedded = films ? 2 * channels : channels
  return {
    ...(normalization === 'group' && { scale1: perChannel(channelsIn), offset1: { shape: [channelsIn] } }),
    kernel1: kernel(0, filters(size, channelsIn)),
    bias1: { shape: [channels] },
    // A scale and an offset of its own would only double those that the embedding gives.
    ...(normalization === 'group' && !films && { scale2: perChannel(channels), offset2: { shape: [channels] } }),
    kernel2: kernel(1, filters(size, channels), gain),
    bias2: { shape: [channels] },
    ...(channelsIn !== channels && { skip: kernel(2, filters(1, channelsIn)), skipBias: { shape: [channels] } }),
    ...(embedding !== undefined && {
      embedding: kernel(3, [channelsOf(where, embedding), embedded]),
      embeddingBias: { shape: [embedded] },
    }),
  }
}

function activateWithEmbedding(x: Tensor, embedding: Tensor | undefined, weights: Weights, options: Options): Tensor {
  const { scale2, offset2 } = weights
  if (embedding === undefined) return normalizeActivate(x, scale2, offset2, options)
  if (options.embedding === 'add') {
    const added = overPositions(affine(embedding, weights.embedding!, weights.embeddingBias!), x)
    return normalizeActivate(add(x, added), scale2, offset2, options)
  }
  const [scale, offset] = scaleAndOffset(embedding, weights.embedding!, weights.embeddingBias!)
  if (options.normalization === 'group') return normalizeActivate(x, scale, offset, options)
  return activate(modulate(x, [scale, offset]), options.activation)
}

function normalizeActivate(
  x: Tensor,
  scale: Tensor | undefined,
  offset: Tensor | undefined,
  { groups, activation }: Options,
): Tensor {
  if (scale === undefined || offset === undefined) return activate(x, activation)
  return groupNormActivate(x, scale, offset, { groups: groupsFor(x.shape.at(-1)!, groups), activation })
}
