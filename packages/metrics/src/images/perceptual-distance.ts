/** LPIPS-style distance on given activations. @module */
import { assertNumber, assertRank, assertShape, refusal } from '@gen/backend'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { assertFiniteNumbers, readNumbers } from '../features/read-vectors.ts'
import { meanOf, type SampleMeasurement } from '../measurement.ts'

/** Options of {@link perceptualDistance}. */
export interface PerceptualDistanceOptions {
  /** Per layer, a weight ≥ 0 for each channel; LPIPS learns them from people's judgements. @default all 1 */
  weights?: readonly (Tensor1D | ArrayLike<number>)[]
  /** Keeps the division by the length of a channel vector finite. @default 1e-10 */
  epsilon?: number
}

/**
 * Perceptual distance `Σ_l mean_{h,w} Σ_c w_lc (x̂_lhwc − ŷ_lhwc)²` per image, where x̂ are the activations of layer l
 * scaled to length 1 along channels; 0 for equal images, 4 per layer at most with weights of 1. On any network's
 * activations; with those of AlexNet or VGG and the published weights it is LPIPS.
 *
 * @param x - Activations of the first images, one tensor `[batch, height, width, channels]` per layer.
 * @param y - The same of the second images.
 * @throws GenError `shape` for differing layers; `range` for negative weights; `non-finite`.
 * @see The unreasonable effectiveness of deep features as a perceptual metric (Zhang et al., 2018)
 * https://arxiv.org/abs/1801.03924
 * @example
 * const { value } = perceptualDistance(layers(restored), layers(original))
 */
export function perceptualDistance(
  x: readonly Tensor4D[],
  y: readonly Tensor4D[],
  { weights, epsilon = 1e-10 }: PerceptualDistanceOptions = {},
): SampleMeasurement {
  const where = 'metrics.perceptualDistance'
  assertNumber(where, 'epsilon', epsilon, { exclusiveMin: 0 })
  const count = assertLayers(where, x, y, weights?.length)
  const perSample = new Array<number>(count).fill(0)
  x.forEach((layer, l) => {
    const channels = layer.shape[3]
    const scale = weights ? readWeights(where, weights[l]!, channels) : new Float64Array(channels).fill(1)
    const [a, b] = [readLayer(where, `x[${l}]`, layer), readLayer(where, `y[${l}]`, y[l]!)]
    const places = layer.shape[1] * layer.shape[2]
    for (let at = 0; at < count * places; at++) {
      perSample[Math.floor(at / places)]! += placeDistance(a, b, at * channels, scale, epsilon) / places
    }
  })
  return {
    metric: 'perceptual-distance',
    ...meanOf(perSample),
    perSample,
    samples: { fake: count },
    settings: { layers: x.length, weights: weights ? 'given' : 'ones' },
    warnings: [],
  }
}

function placeDistance(
  a: Float32Array,
  b: Float32Array,
  start: number,
  weights: Float64Array,
  epsilon: number,
): number {
  let [lengthA, lengthB, sum] = [0, 0, 0]
  for (let c = 0; c < weights.length; c++) {
    lengthA += a[start + c]! ** 2
    lengthB += b[start + c]! ** 2
  }
  const [p, q] = [1 / (Math.sqrt(lengthA) + epsilon), 1 / (Math.sqrt(lengthB) + epsilon)]
  for (let c = 0; c < weights.length; c++) sum += weights[c]! * (a[start + c]! * p - b[start + c]! * q) ** 2
  return sum
}

function assertLayers(where: string, x: readonly Tensor4D[], y: readonly Tensor4D[], weights = x.length): number {
  if (x.length === 0 || x.length !== y.length || x.length !== weights) {
    throw refusal('shape', where, {
      expected: 'as many layers in x, y and weights and at least 1',
      got: `${x.length}, ${y.length} and ${weights}`,
      remedy: 'pass one per layer',
      details: { x: x.length, y: y.length, weights },
    })
  }
  const count = x[0]!.shape[0]
  x.forEach((layer, l) => {
    assertRank(where, `x[${l}]`, layer, 4)
    assertShape(where, `y[${l}]`, y[l]!, layer.shape, 'extract both with one network at one size')
    assertShape(where, `x[${l}]`, layer, [count, null, null, null], 'extract all layers from the same images')
  })
  if (count === 0) throw refusal('shape', where, { expected: 'at least 1 image', got: '0', remedy: 'pass more images' })
  return count
}

function readLayer(where: string, name: string, layer: Tensor4D): Float32Array {
  const values = Float32Array.from(layer.dataSync())
  assertFiniteNumbers(where, name, values)
  return values
}

function readWeights(where: string, weights: Tensor1D | ArrayLike<number>, channels: number): Float64Array {
  const values = readNumbers(where, 'weights', weights)
  if (values.length === channels && values.every((value) => value >= 0)) return values
  throw refusal('range', where, {
    expected: `${channels} weights ≥ 0 for the layer`,
    got: `${values.length} with a least of ${Math.min(...values)}`,
    remedy: 'pass one per channel',
    details: { expected: channels, got: values.length },
  })
}
