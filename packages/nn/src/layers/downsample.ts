/** Halving the positions of images and signals. @module */
import { type Key, refusal } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Weight } from '../define-layer.ts'
import { lecun } from '../initializers/initializer.ts'
import { convolve } from '../operations/convolve.ts'
import { meanPool } from '../operations/resample.ts'
import { kernelShape } from './convolution.ts'
import { channelsOf, expectOneOf, expectRank } from './expect.ts'

/** Options of {@link downsample}. */
export interface DownsampleOptions extends LayerOptions {
  /** `avg`: means over 2 × 2; `conv`: a trained 3 × 3 convolution of stride 2. @default 'avg' */
  method?: 'avg' | 'conv'
  /** Draws the kernel of `conv`, which needs it. */
  key?: Key
}

interface Options {
  method: 'avg' | 'conv'
  key?: Key
}

const where = 'nn.downsample'

const layer = defineLayer({
  where,
  className: 'GenDownsample',
  check: ({ method, key }: Options) => {
    expectOneOf(where, 'method', method, ['avg', 'conv'])
    expectKey(where, method, key)
  },
  outputShape: ([x]) => {
    const [batch, ...positions] = expectRank(where, 'x', x, [3, 4]).slice(0, -1)
    return [batch!, ...positions.map((n) => (n === null ? null : Math.ceil(n / 2))), channelsOf(where, x!)]
  },
  weights: ([x], options) => samplingWeights(where, x!, options),
  call: ([x], { method }, { kernel, bias }) => (method === 'avg' ? meanPool(x!) : convolve(x!, kernel, bias, 2)),
})

/**
 * Halves the positions: `[batch, h, w, c]` → `[batch, ⌈h/2⌉, ⌈w/2⌉, c]`, `[batch, n, c]` → `[batch, ⌈n/2⌉, c]`. Where a
 * side is odd, the last mean of `avg` is over what there is. Differentiable as often as one likes.
 *
 * @throws GenError `config` for `conv` without a key.
 * @example
 * const y = downsample().apply(ones([1, 28, 28, 8])) // [1, 14, 14, 8]
 */
export function downsample({ method = 'avg', ...rest }: DownsampleOptions = {}): layers.Layer {
  return layer({ method, ...rest })
}

/** Refuses a `conv` without a key. */
export function expectKey(where: string, method: string, key: Key | undefined): void {
  if (method !== 'conv' || key !== undefined) return
  throw refusal('config', where, { expected: "a key for method 'conv'", got: 'none', remedy: 'pass key: key(0)' })
}

/** A kernel that keeps the number of channels, for `conv`; nothing otherwise. */
export function samplingWeights(
  where: string,
  x: readonly (number | null)[],
  { method, key }: { method: string; key?: Key },
): Record<'kernel' | 'bias', Weight> {
  if (method !== 'conv') return {} as Record<'kernel' | 'bias', Weight>
  const channels = channelsOf(where, x)
  const initializer = lecun({ key: key! })
  return { kernel: { shape: kernelShape(x.length, 3, channels, channels), initializer }, bias: { shape: [channels] } }
}
