/** The sum over the positions of an image. @module */
import { refusal } from '@gen/backend'
import { defineLayer, type LayerOptions } from '@gen/nn'
import { sum } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

const layer = defineLayer({
  where: 'gan.sumPositions',
  className: 'GenSumPositions',
  outputShape: ([x], _: object) => {
    if (x?.length === 4) return [x[0]!, x[3]!]
    throw refusal('shape', 'gan.sumPositions', {
      expected: 'images [batch, h, w, c]',
      got: `[${x?.join(', ')}]`,
      details: { x },
    })
  },
  call: ([x]) => sum(x!, [1, 2]),
})

/**
 * Sums over positions: `[batch, h, w, c]` → `[batch, c]`. With spectral normalization a mean would leave logits that differ
 * by next to nothing. Differentiable as often as one likes.
 *
 * @throws GenError `shape` for other ranks.
 */
export function sumPositions(options: LayerOptions = {}): layers.Layer {
  return layer(options)
}
