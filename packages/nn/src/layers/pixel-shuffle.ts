/** Channels to pixels and back. @module */
import { assertInteger } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { depthToPositions, positionsToDepth } from '../operations/pixel-shuffle.ts'
import { channelsOf, expectDivisible, expectRank } from './expect.ts'

/** Options of {@link pixelShuffle} and {@link pixelUnshuffle}. */
export interface PixelShuffleOptions extends LayerOptions {
  /** How many times larger (smaller) each side becomes. @default 2 */
  factor?: number
}

type Options = Resolved<PixelShuffleOptions>

const shuffle = defineLayer({
  where: 'nn.pixelShuffle',
  className: 'GenPixelShuffle',
  check: ({ factor }: Options) => assertInteger('nn.pixelShuffle', 'factor', factor, { min: 1 }),
  outputShape: ([x], { factor }) => {
    const where = 'nn.pixelShuffle'
    const [batch, ...positions] = expectRank(where, 'x', x, [3, 4]).slice(0, -1)
    const channels = channelsOf(where, x!)
    const block = factor ** positions.length
    expectDivisible(where, 'channels', channels, block, `each position becomes ${block}`)
    return [batch!, ...positions.map((n) => (n === null ? null : n * factor)), channels / block]
  },
  call: ([x], { factor }) => depthToPositions(x!, factor),
})

const unshuffle = defineLayer({
  where: 'nn.pixelUnshuffle',
  className: 'GenPixelUnshuffle',
  check: ({ factor }: Options) => assertInteger('nn.pixelUnshuffle', 'factor', factor, { min: 1 }),
  outputShape: ([x], { factor }) => {
    const where = 'nn.pixelUnshuffle'
    const [batch, ...positions] = expectRank(where, 'x', x, [3, 4]).slice(0, -1)
    for (const n of positions) {
      if (n !== null) expectDivisible(where, 'sides', n, factor, 'pad x or pass another factor')
    }
    const smaller = positions.map((n) => (n === null ? null : n / factor))
    return [batch!, ...smaller, channelsOf(where, x!) * factor ** positions.length]
  },
  call: ([x], { factor }) => positionsToDepth(x!, factor),
})

/**
 * Turns channels into pixels (depth to space): `[batch, h, w, f²·c]` → `[batch, f·h, f·w, c]`, where the channel
 * `(row·f + column)·c + i` goes to the pixel `(row, column)` of its block; signals `[batch, n, f·c]` → `[batch, f·n, c]`.
 *
 * Differentiable as often as one likes.
 *
 * @throws GenError `shape` for channels that do not divide.
 * @see Real-time super-resolution with an efficient sub-pixel network (Shi et al., 2016) https://arxiv.org/abs/1609.05158
 * @example
 * const y = pixelShuffle().apply(ones([1, 4, 4, 12])) // [1, 8, 8, 3]
 */
export function pixelShuffle({ factor = 2, ...rest }: PixelShuffleOptions = {}): layers.Layer {
  return shuffle({ factor, ...rest })
}

/**
 * Turns pixels into channels (space to depth): undoes {@link pixelShuffle}. Differentiable as often as one likes.
 *
 * @throws GenError `shape` for sides that do not divide.
 * @example
 * const y = pixelUnshuffle().apply(ones([1, 8, 8, 3])) // [1, 4, 4, 12]
 */
export function pixelUnshuffle({ factor = 2, ...rest }: PixelShuffleOptions = {}): layers.Layer {
  return unshuffle({ factor, ...rest })
}
