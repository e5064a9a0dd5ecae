/** Sine and cosine features at random frequencies. @module */
import { assertInteger, assertNumber, type Key, normalArray } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { waves } from '../operations/waves.ts'
import { channelsOf, expectDivisible, expectRank } from './expect.ts'

/** Options of {@link fourierEmbedding}. */
export interface FourierEmbeddingOptions extends LayerOptions {
  /** Draws the frequencies. */
  key: Key
  /** Number of features, even. @default 32 */
  size?: number
  /** Standard deviation of the frequencies, in cycles per unit of the input. @default 16 */
  scale?: number
}

const where = 'nn.fourierEmbedding'

const layer = defineLayer({
  where,
  className: 'GenFourierEmbedding',
  check: ({ size, scale }: Resolved<FourierEmbeddingOptions>) => {
    assertInteger(where, 'size', size, { min: 2 })
    expectDivisible(where, 'size', size, 2, 'half the features are sines, half cosines')
    assertNumber(where, 'scale', scale, { exclusiveMin: 0, exclusiveMax: Infinity })
  },
  outputShape: ([x], { size }) => {
    channelsOf(where, expectRank(where, 'x', x, [2]))
    return [x![0]!, size]
  },
  // Drawn anew each time: the key is the frequencies, so there is nothing to save.
  call: ([x], { key, size, scale }) => {
    const columns = x!.shape[1]!
    const frequencies = normalArray(key, columns, size / 2).map((f) => f * scale)
    return waves(x!, frequencies, columns)
  },
})

/**
 * Random Fourier features: `[batch, n]` → `[batch, size]`, `sin(2π x·f_k)` for all k, then `cos(2π x·f_k)`, with fixed
 * frequencies `f_k ~ N(0, scale²·I)` drawn by the key.
 *
 * They approximate a Gaussian kernel of width `1/(2π·scale)`. Without weights. Twice differentiable.
 *
 * @throws GenError `shape` for an odd size.
 * @see Random features for large-scale kernel machines (Rahimi & Recht, 2007) https://papers.nips.cc/paper/3182
 * @see Fourier features let networks learn high frequency functions (Tancik et al., 2020) https://arxiv.org/abs/2006.10739
 * @example
 * const y = fourierEmbedding({ size: 32, scale: 2, key: key(0) }).apply(tensor2d([[0.1, 0.2]]))
 */
export function fourierEmbedding({ size = 32, scale = 16, ...rest }: FourierEmbeddingOptions): layers.Layer {
  return layer({ size, scale, ...rest })
}
