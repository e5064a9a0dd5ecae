/** The SiLU activation as a layer. @module */
import { silu } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions } from '../define-layer.ts'

const layer = defineLayer({
  where: 'nn.siluLayer',
  className: 'GenSilu',
  outputShape: ([x], _: object) => x!,
  call: ([x]) => silu(x!),
})

/**
 * SiLU, also called swish: `y = x·σ(x)`, any shape. Twice differentiable.
 *
 * @see Sigmoid-weighted linear units (Elfwing et al., 2017) https://arxiv.org/abs/1702.03118
 * @example
 * const y = siluLayer().apply(tensor1d([-1, 0, 1]))
 */
export function siluLayer(options: LayerOptions = {}): layers.Layer {
  return layer(options)
}
