/** Feature-wise linear modulation. @module */
import type { Key } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { defineLayer, type LayerOptions, type Resolved } from '../define-layer.ts'
import { lecun } from '../initializers/initializer.ts'
import { modulate, scaleAndOffset } from '../operations/affine.ts'
import { channelsOf, expectRank } from './expect.ts'

/** Options of {@link filmLayer}. */
export interface FilmOptions extends LayerOptions {
  /** Draws the kernel. */
  key: Key
  /** Multiplies the initial kernel; 0 starts as the identity. @default 1 */
  gain?: number
}

const where = 'nn.filmLayer'

const layer = defineLayer({
  where,
  className: 'GenFilm',
  inputs: [2, 2],
  outputShape: ([x, embedding], _: Resolved<FilmOptions>) => {
    expectRank(where, 'embedding', embedding, [2])
    return expectRank(where, 'x', x, [2, 3, 4])
  },
  weights: ([x, embedding], { key, gain }) => {
    const channels = 2 * channelsOf(where, x!)
    return {
      kernel: { shape: [channelsOf(where, embedding!), channels], initializer: lecun({ key, gain }) },
      bias: { shape: [channels] },
    }
  },
  call: ([x, embedding], _, { kernel, bias }) => modulate(x!, scaleAndOffset(embedding!, kernel, bias)),
})

/**
 * Feature-wise linear modulation: inputs `[x, embedding]`, with x `[batch, …, channels]` and the embedding
 * `[batch, size]`; `(s, t) = embedding·kernel + bias`, `y = x·(1 + s) + t`, the same at every position.
 *
 * Twice differentiable.
 *
 * @throws GenError `shape` for an embedding that is no matrix.
 * @see FiLM: visual reasoning with a general conditioning layer (Perez et al., 2017) https://arxiv.org/abs/1709.07871
 * @example
 * const y = filmLayer({ key: key(0) }).apply([ones([1, 8, 8, 16]), ones([1, 32])])
 */
export function filmLayer({ gain = 1, ...rest }: FilmOptions): layers.Layer {
  return layer({ gain, ...rest })
}
