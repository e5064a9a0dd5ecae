/** The generator of super-resolution. @module */
import { assertInteger, fold, type Key, refusal } from '@gen/backend'
import type { Network } from '@gen/model'
import { adaptNetwork, convolution, pixelShuffle, residualBlock, upsample } from '@gen/nn'
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { assertImage, through } from './options.ts'

/** Options of {@link srResNet}. */
export interface SrResNetOptions {
  /** `[h, w, c]` of the small images. */
  shape: readonly number[]
  /** Draws the weights. */
  key: Key
  /** How many times larger each side becomes: a power of 2. @default 4 */
  factor?: number
  /** Channels of all inner layers. @default 32 */
  width?: number
  /** Residual blocks, all at the small size. @default 4 */
  blocks?: number
}

/**
 * SRResNet: residual blocks at the small size, a skip around them all, then for each doubling a convolution and a pixel
 * shuffle. `[batch, h, w, c]` → `[batch, factor·h, factor·w, c]`, values in [−1, 1].
 *
 * The blocks have no normalization, which keeps the range of colors free, and what comes out is added to a bilinear
 * enlargement, from which it starts.
 *
 * @throws GenError `shape` for other than images, `value` or `range` for a factor that is no power of 2.
 * @see Photo-realistic single image super-resolution using a GAN (Ledig et al., 2016) https://arxiv.org/abs/1609.04802
 * @example
 * const network = srResNet({ shape: [8, 8, 3], key: key(0) })
 */
export function srResNet({ shape, key, factor = 4, width = 32, blocks = 4 }: SrResNetOptions): Network {
  assertImage('srResNet', shape)
  const doublings = Math.log2(factor)
  if (!Number.isInteger(doublings) || doublings < 1) {
    throw refusal('range', 'gan.srResNet', { expected: 'factor 2, 4, 8, …', got: factor, details: { factor } })
  }
  for (const [name, value] of Object.entries({ width, blocks })) assertInteger('gan.srResNet', name, value, { min: 1 })
  const levels = Array.from({ length: doublings }, (_, i) => i)
  const block = { channels: width, normalization: 'none', activation: 'leakyRelu', gain: 0 } as const
  const x = input({ shape: [...shape], name: 'x' })
  const first = through(x, convolution({ channels: width, key: fold(key, 0), name: 'first' }))
  const body = through(
    first,
    ...Array.from({ length: blocks }, (_, i) =>
      residualBlock({ ...block, key: fold(key, 100 + i), name: `block_${i}` }),
    ),
    convolution({ channels: width, key: fold(key, 1), name: 'last' }),
  )
  const detail = through(
    layers.add({ name: 'skip' }).apply([first, body]) as SymbolicTensor,
    ...levels.flatMap((i) => [
      convolution({
        ...{ channels: 4 * width, activation: 'leakyRelu', gain: Math.SQRT2 },
        ...{ key: fold(key, 10 + i), name: `grow_${i}` },
      }),
      pixelShuffle({ name: `shuffle_${i}` }),
    ]),
    convolution({ channels: shape[2], gain: 0, key: fold(key, 2), name: 'output' }),
  )
  const enlarged = through(x, ...levels.map((i) => upsample({ method: 'bilinear', name: `up_${i}` })))
  const outputs = layers.add({ name: 'sum' }).apply([enlarged, detail]) as SymbolicTensor
  return adaptNetwork('gan', model({ inputs: x, outputs }), { kind: 'srResNet', shape, factor, width, blocks })
}
