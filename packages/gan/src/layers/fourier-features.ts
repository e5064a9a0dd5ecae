/** Waves of a point's coordinates, for networks that shall see fine detail. @module */
import { assertInteger, assertNumber, type Key, refusal } from '@gen/backend'
import { defineLayer, type LayerOptions, lecun } from '@gen/nn'
import { concat, cos, matMul, sin, type Tensor2D } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'

/** Options of {@link fourierFeatures}. */
export interface FourierFeaturesOptions extends LayerOptions {
  /** Number of frequencies. */
  size: number
  /** Draws the frequencies. */
  key: Key
  /** Standard deviation of the initial frequencies, in radians per unit of the coordinates. @default 3 */
  bandwidth?: number
}

const where = 'gan.fourierFeatures'

const layer = defineLayer({
  where,
  className: 'GenFourierFeatures',
  check: ({ size, bandwidth }: Required<Omit<FourierFeaturesOptions, keyof LayerOptions>>) => {
    assertInteger(where, 'size', size, { min: 1 })
    assertNumber(where, 'bandwidth', bandwidth, { exclusiveMin: 0 })
  },
  outputShape: ([x], { size }) => {
    if (x?.length === 2) return [x[0]!, x[1]! + 2 * size]
    throw refusal('shape', where, { expected: 'points [batch, n]', got: `[${x?.join(', ')}]`, details: { x } })
  },
  // `lecun` divides the variance by the number of coordinates.
  weights: ([x], { size, key, bandwidth }) => ({
    frequencies: { shape: [x![1]!, size], initializer: lecun({ key, gain: bandwidth * Math.sqrt(x![1]!) }) },
  }),
  call: ([x], _, { frequencies }) => {
    const phase = matMul(x as Tensor2D, frequencies as Tensor2D)
    return concat([x as Tensor2D, sin(phase), cos(phase)], 1)
  },
})

/**
 * Appends sines and cosines of trained frequencies: `[batch, n]` → `[batch, n + 2·size]`, `[x, sin(xF), cos(xF)]`. A
 * perceptron of the bare coordinates learns coarse shapes long before fine ones. Twice differentiable.
 *
 * @throws GenError `value` or `range` for options, `shape` for other than points.
 * @see Fourier features let networks learn high frequency functions in low dimensional domains (Tancik et al., 2020)
 * https://arxiv.org/abs/2006.10739
 */
export function fourierFeatures({ bandwidth = 3, ...rest }: FourierFeaturesOptions): layers.Layer {
  return layer({ bandwidth, ...rest })
}
