/** Features to compare images by. @module */
import { key } from '@gen/backend'
import { describeFeatures, type Features } from '@gen/metrics'
import { convEncoder } from '@gen/nn'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** A random convolutional network, always the same: it sees colors, edges and places, and favors no model. */
export function randomFeatures(shape: number[]): Features {
  const network = convEncoder({ shape, outputs: 64, widths: [16, 32, 64], normalization: 'none', key: key(2025) })
  const description = { name: `random-conv-64 of [${shape}]`, size: 64, resizer: 'none' }
  return describeFeatures((images) => network.predict(images) as Tensor2D, description)
}
