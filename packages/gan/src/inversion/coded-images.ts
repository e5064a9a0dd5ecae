/** Codes and what a model makes of them, as batches. @module */
import { assertInteger, fold, type Key, normal } from '@gen/backend'
import type { Batches, Decoder } from '@gen/model'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'

/** What {@link codedImages} gives: whoever asked for it owns the tensors. */
export interface CodedImages {
  /** G(z), `[size, …]`. */
  readonly x: Tensor
  /** z ~ N(0, I), `[size, latentSize]`. */
  readonly z: Tensor2D
}

/** Options of {@link codedImages}. */
export interface CodedImagesOptions {
  /** Rows of a batch. @default 64 */
  readonly size?: number
  /** Batch i depends on (key, i) alone. */
  readonly key: Key
}

/**
 * Endless pairs (G(z), z), z ~ N(0, I), which any decoder gives away for free, also one that answers later, as the session of an ONNX file does.
 *
 * @throws GenError `range` for a size below 1.
 * @example
 * const { x, z } = await codedImages(model, { size: 4, key: key(0) }).at(0)
 */
export function codedImages(decoder: Decoder, { size = 64, key }: CodedImagesOptions): Batches<CodedImages> {
  assertInteger('gan.codedImages', 'size', size, { min: 1 })
  return {
    at: async (index) => {
      const z = normal(fold(key, index), [size, decoder.latentSize]) as Tensor2D
      try {
        return { z, x: await decoder.decode(z) }
      } catch (error) {
        z.dispose()
        throw error
      }
    },
    config: { kind: 'coded-images', size, latentSize: decoder.latentSize, key },
  }
}
