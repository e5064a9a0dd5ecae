/** Learned pictures between vectors and the smallest image: where R3's networks begin and end. @module */
import { type Key, refusal } from '@gen/backend'
import { defineLayer, type LayerOptions, lecun } from '@gen/nn'
import { mul, reshape, sum } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

/** Options of {@link fromBasis}. */
export interface FromBasisOptions extends LayerOptions {
  /** Height and width of the image. */
  size: number[]
  /** Draws the basis. */
  key: Key
}

/** Options of {@link toBasis}. */
export interface ToBasisOptions extends LayerOptions {
  /** Draws the basis. */
  key: Key
}

const expand = defineLayer({
  where: 'gan.fromBasis',
  className: 'GenFromBasis',
  outputShape: ([x], { size }: Omit<FromBasisOptions, keyof LayerOptions>) => {
    if (x?.length === 2) return [x[0]!, ...size, x[1]!]
    return refuse('gan.fromBasis', '[batch, channels]', x)
  },
  // Entries of variance 1: the image then has the variance of the vector.
  weights: ([x], { size, key }) => ({
    basis: {
      shape: [...size, x![1]!],
      initializer: lecun({ key, gain: Math.sqrt(size.reduce((product, n) => product * n, 1)) }),
    },
  }),
  call: ([x], _, { basis }) => mul(reshape(x!, [x!.shape[0], 1, 1, x!.shape[1]!]), basis),
})

const project = defineLayer({
  where: 'gan.toBasis',
  className: 'GenToBasis',
  outputShape: ([x], _: Omit<ToBasisOptions, keyof LayerOptions>) => {
    if (x?.length === 4) return [x[0]!, x[3]!]
    return refuse('gan.toBasis', '[batch, height, width, channels]', x)
  },
  weights: ([x], { key }) => ({ basis: { shape: x!.slice(1) as number[], initializer: lecun({ key }) } }),
  call: ([x], _, { basis }) => sum(mul(x!, basis), [1, 2]),
})

/**
 * Multiplies learned pictures by the channels of a vector: `[batch, c]` → `[batch, h, w, c]`, `y_hwc = basis_hwc · x_c`.
 * Twice differentiable.
 *
 * @throws GenError `shape` for other ranks.
 * @see The GAN is dead; long live the GAN! (Huang et al., 2024) https://arxiv.org/abs/2501.05441
 */
export function fromBasis(options: FromBasisOptions): layers.Layer {
  return expand(options)
}

/**
 * Products of an image with learned pictures: `[batch, h, w, c]` → `[batch, c]`, `y_c = Σ basis_hwc · x_hwc` (a depthwise
 * convolution over the whole image). Twice differentiable.
 *
 * @throws GenError `shape` for other ranks.
 * @see The GAN is dead; long live the GAN! (Huang et al., 2024) https://arxiv.org/abs/2501.05441
 */
export function toBasis(options: ToBasisOptions): layers.Layer {
  return project(options)
}

function refuse(where: string, expected: string, x: readonly (number | null)[] | undefined): never {
  throw refusal('shape', where, { expected: `x of shape ${expected}`, got: `[${x?.join(', ') ?? ''}]`, details: { x } })
}
