/** Doubling the positions of images and signals. @module */
import { type Key, refusal } from '@gen/backend'
import { slice, type Tensor } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions } from '../define-layer.ts'
import { convolve } from '../operations/convolve.ts'
import { doublePositions } from '../operations/resample.ts'
import { expectKey, samplingWeights } from './downsample.ts'
import { channelsOf, expectOneOf, expectRank } from './expect.ts'

/** Options of {@link upsample}. */
export interface UpsampleOptions extends LayerOptions {
  /** `nearest`, `bilinear`, or `conv`: nearest, then a trained 3 × 3 convolution. @default 'nearest' */
  method?: 'nearest' | 'bilinear' | 'conv'
  /** Positions of the result, each twice as many or one fewer (the last is cut off). @default twice as many */
  size?: number[]
  /** Draws the kernel of `conv`, which needs it. */
  key?: Key
}

interface Options {
  method: 'nearest' | 'bilinear' | 'conv'
  size?: number[]
  key?: Key
}

const where = 'nn.upsample'

const layer = defineLayer({
  where,
  className: 'GenUpsample',
  check: ({ method, key }: Options) => {
    expectOneOf(where, 'method', method, ['nearest', 'bilinear', 'conv'])
    expectKey(where, method, key)
  },
  outputShape: ([x], { size }) => {
    const [batch, ...positions] = expectRank(where, 'x', x, [3, 4]).slice(0, -1)
    return [batch!, ...sizesAfter(positions, size), channelsOf(where, x!)]
  },
  weights: ([x], options) => samplingWeights(where, x!, options),
  call: ([x], { method, size }, { kernel, bias }) => {
    const doubled = crop(doublePositions(x!, method === 'bilinear' ? 'bilinear' : 'nearest'), size)
    return method === 'conv' ? convolve(doubled, kernel, bias) : doubled
  },
})

/**
 * Doubles the positions: `[batch, h, w, c]` → `[batch, 2h, 2w, c]`, `[batch, n, c]` → `[batch, 2n, c]`, or one fewer
 * where `size` says so, so that ⌈n/2⌉ leads back to n. `bilinear` samples at half-pixel centers and repeats the edges.
 * Differentiable as often as one likes.
 *
 * @throws GenError `shape` for a size that doubling does not reach, `config` for `conv` without a key.
 * @see Deconvolution and checkerboard artifacts (Odena et al., 2016) https://doi.org/10.23915/distill.00003
 * @example
 * const y = upsample({ size: [7, 7] }).apply(ones([1, 4, 4, 8])) // [1, 7, 7, 8]
 */
export function upsample({ method = 'nearest', ...rest }: UpsampleOptions = {}): layers.Layer {
  return layer({ method, ...rest })
}

function sizesAfter(positions: (number | null)[], size: number[] | undefined): (number | null)[] {
  const fits = size?.length === positions.length && size.every((n, i) => isHalf(positions[i]!, n))
  if (size !== undefined && !fits) {
    const [got, from] = [size.join(', '), positions.join(', ')]
    const remedy = `pass ${positions.map((n) => (n === null ? 'any' : `${2 * n - 1} or ${2 * n}`)).join(', ')}`
    throw refusal('shape', where, {
      expected: `size twice [${from}] or one fewer`,
      got: `[${got}]`,
      remedy,
      details: { size, positions },
    })
  }
  return size ?? positions.map((n) => (n === null ? null : 2 * n))
}

function isHalf(half: number | null, n: number): boolean {
  return half === null || half === Math.ceil(n / 2)
}

function crop(x: Tensor, size: number[] | undefined): Tensor {
  if (size === undefined || size.every((n, i) => n === x.shape[i + 1])) return x
  return slice(
    x,
    x.shape.map(() => 0),
    [x.shape[0], ...size, x.shape.at(-1)!],
  )
}
