/** Sine and cosine features of a number. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { waves } from '../operations/waves.ts'
import { expectDivisible, expectRank } from './expect.ts'

/** Options of {@link sinusoidalEmbedding}. */
export interface SinusoidalEmbeddingOptions extends LayerOptions {
  /** Number of features, even. @default 32 */
  size?: number
  /** Lowest frequency, in cycles per unit of the input. @default 1 */
  minFrequency?: number
  /** Highest frequency. @default 1000 */
  maxFrequency?: number
}

type Options = Resolved<SinusoidalEmbeddingOptions>

const where = 'nn.sinusoidalEmbedding'

const layer = defineLayer({
  where,
  className: 'GenSinusoidalEmbedding',
  check: ({ size, minFrequency, maxFrequency }: Options) => {
    assertInteger(where, 'size', size, { min: 2 })
    expectDivisible(where, 'size', size, 2, 'half the features are sines, half cosines')
    assertNumber(where, 'minFrequency', minFrequency, { exclusiveMin: 0, exclusiveMax: Infinity })
    assertNumber(where, 'maxFrequency', maxFrequency, { min: minFrequency, exclusiveMax: Infinity })
  },
  outputShape: ([x], { size }) => [expectRank(where, 'x', x, [1, 2])[0]!, size],
  call: ([x], options) => waves(x!, geometric(options)),
})

/**
 * Embeds a number per sample, `[batch, 1]` or `[batch]`, as `[batch, size]`: `sin(2π f_k x)` for all k, then
 * `cos(2π f_k x)`, with frequencies in geometric progression from `minFrequency` to `maxFrequency`.
 *
 * Two inputs are told apart down to about `1/(10 · maxFrequency)`, and up to `1/minFrequency`, where it all repeats.
 * Without weights. Twice differentiable.
 *
 * @throws GenError `shape` for an odd size, `range` for frequencies out of order.
 * @see Attention is all you need (Vaswani et al., 2017) https://arxiv.org/abs/1706.03762
 * @example
 * const y = sinusoidalEmbedding({ size: 32 }).apply(tensor2d([[0.1], [0.9]]))
 */
export function sinusoidalEmbedding({
  size = 32,
  minFrequency = 1,
  maxFrequency = 1000,
  ...rest
}: SinusoidalEmbeddingOptions = {}): layers.Layer {
  return layer({ size, minFrequency, maxFrequency, ...rest })
}

function geometric({ size, minFrequency, maxFrequency }: Options): number[] {
  const count = size / 2
  const ratio = maxFrequency / minFrequency
  return Array.from({ length: count }, (_, k) => minFrequency * ratio ** (k / Math.max(1, count - 1)))
}
