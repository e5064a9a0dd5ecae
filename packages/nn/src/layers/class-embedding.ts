/** A trained vector per class. @module */
import { assertInteger, type Key } from '@gen/backend'
import { cast, matMul, oneHot, reshape, type Tensor2D } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { lecun } from '../initializers/initializer.ts'
import { expectRank } from './expect.ts'

/** Options of {@link classEmbedding}. */
export interface ClassEmbeddingOptions extends LayerOptions {
  /** Number of classes. */
  classes: number
  /** Size of a vector. */
  size: number
  /** Draws the vectors. */
  key: Key
  /** Adds one more label, `classes`, that means "no class". @default true */
  noClass?: boolean
  /** Multiplies the initial vectors, whose entries have variance 1. @default 1 */
  gain?: number
}

type Options = Resolved<ClassEmbeddingOptions>

const where = 'nn.classEmbedding'

const layer = defineLayer({
  where,
  className: 'GenClassEmbedding',
  check: ({ classes, size }: Options) => {
    assertInteger(where, 'classes', classes, { min: 1 })
    assertInteger(where, 'size', size, { min: 1 })
  },
  outputShape: ([label], { size }) => [expectRank(where, 'label', label, [1, 2])[0]!, size],
  weights: (_, options) => {
    const count = countLabels(options)
    // The initializer divides by the number of rows, but only one row of the product is ever on.
    const initializer = lecun({ key: options.key, gain: options.gain * Math.sqrt(count) })
    return { vectors: { shape: [count, options.size], initializer } }
  },
  call: ([label], options, { vectors }) => {
    const labels = cast(reshape(label!, [-1]), 'int32')
    // A product with one-hot rows: its gradient is a product again, where that of a gather needs a kernel wasm lacks.
    // Cast afterwards: asked for float32, tfjs's wasm kernel writes integers all the same.
    return matMul(cast(oneHot(labels, countLabels(options)), 'float32') as Tensor2D, vectors as Tensor2D)
  },
})

/**
 * A trained vector for each class: labels `[batch, 1]` or `[batch]` in 0 … classes − 1 → `[batch, size]`. The label
 * `classes` is "no class", for training with and without (classifier-free guidance). Labels outside give zeros.
 *
 * @throws GenError `value` or `range` for sizes that are not whole numbers ≥ 1.
 * @see Classifier-free diffusion guidance (Ho & Salimans, 2022) https://arxiv.org/abs/2207.12598
 * @example
 * const y = classEmbedding({ classes: 10, size: 32, key: key(0) }).apply(tensor1d([3, 10], 'int32'))
 */
export function classEmbedding({ noClass = true, gain = 1, ...rest }: ClassEmbeddingOptions): layers.Layer {
  return layer({ noClass, gain, ...rest })
}

function countLabels({ classes, noClass }: Options): number {
  return noClass ? classes + 1 : classes
}
