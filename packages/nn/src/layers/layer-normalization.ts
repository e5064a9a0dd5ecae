/** Layer normalization as a layer. @module */
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions } from '../define-layer.ts'
import { ones } from '../initializers/initializer.ts'
import { normalizeRows } from '../operations/normalize-rows.ts'
import { channelsOf, expectRank } from './expect.ts'

/** Options of {@link layerNormalization}. */
export type LayerNormalizationOptions = LayerOptions

const where = 'nn.layerNormalization'

const layer = defineLayer({
  where,
  className: 'GenLayerNormalization',
  outputShape: ([x]) => {
    channelsOf(where, expectRank(where, 'x', x, [2, 3]))
    return x!
  },
  weights: ([x]) => {
    const shape = [channelsOf(where, x!)]
    return { scale: { shape, initializer: ones() }, offset: { shape } }
  },
  call: ([x], _, { scale, offset }) => normalizeRows(x!, scale, offset),
})

/**
 * Layer normalization of each place with a trained scale and offset per channel: `y = (x − μ)/√(σ² + ε)·scale + offset`, with
 * mean and variance over the channels of that place alone. Shapes `[batch, channels]` or `[batch, n, channels]`.
 *
 * Twice differentiable.
 *
 * @throws GenError `shape` for other shapes.
 * @see Layer normalization (Ba et al., 2016) https://arxiv.org/abs/1607.06450
 * @example
 * const y = layerNormalization().apply(ones([1, 5, 8]))
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): layers.Layer {
  return layer(options)
}
