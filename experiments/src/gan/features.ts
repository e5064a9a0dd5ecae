/** Features to compare images by. @module */
import { readFile } from 'node:fs/promises'
import { key } from '@gen/backend'
import { type DigitModel, decodeDigitNetwork, describeFeatures, digitModel, type Features } from '@gen/metrics'
import { convEncoder } from '@gen/nn'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** The digit classifier of `@gen/metrics`. */
export async function digits(): Promise<DigitModel> {
  const weights = new URL('../../../packages/metrics/weights/digits.safetensors', import.meta.url)
  return digitModel(decodeDigitNetwork(new Uint8Array(await readFile(weights))))
}

/** A random convolutional network, always the same: it sees colours, edges and places, and favours no model. */
export function randomFeatures(shape: number[]): Features {
  const network = convEncoder({ shape, outputs: 64, widths: [16, 32, 64], normalization: 'none', key: key(2025) })
  const description = { name: `random-conv-64 of [${shape}]`, size: 64, resizer: 'none' }
  return describeFeatures((images) => network.predict(images) as Tensor2D, description)
}
