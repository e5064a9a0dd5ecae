/** Structural similarity, at one scale and at several. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import { msSsimExponents, ssimWindow } from '@gen/losses'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { meanOf, type SampleMeasurement } from '../measurement.ts'
import { type ImagePlanes, rangeWidth, readImagePair } from './image-planes.ts'
import { halve, type Plane, type SimilarityConstants, similarity } from './structural-similarity.ts'

/** Options of {@link ssim}. */
export interface SsimOptions {
  /** The values' possible range. @default [0, 1] */
  range?: readonly [number, number]
  /** Width of the window in pixels, odd. @default 11 */
  window?: number
  /** Standard deviation of the Gaussian window in pixels. @default 1.5 */
  sigma?: number
  /** K₁ and K₂. @default [0.01, 0.03] */
  constants?: readonly [number, number]
}

/** Options of {@link msSsim}. */
export interface MsSsimOptions extends SsimOptions {
  /**
   * Exponents of the scales, finest first. @default the paper's five; where the image is too small for five, as many as
   * fit, scaled to sum to 1, with a warning
   */
  weights?: readonly number[]
}

/** Scales of the paper. */
const usualScales = 5

/**
 * Structural similarity, −1…1, 1 for equal images; the mean over images of the mean over channels and places.
 *
 * Convention: Wang's original, as `structural_similarity(gaussian_weights=True, sigma=1.5,
 * use_sample_covariance=False)` of scikit-image: an 11 × 11 Gaussian window, only where it fits in whole (no padding),
 * variances with denominator n.
 *
 * @throws GenError `shape` for different shapes or images smaller than the window; `non-finite`; `range`, `value`.
 * @see Image quality assessment: from error visibility to structural similarity (Wang et al., 2004)
 * https://doi.org/10.1109/TIP.2003.819861
 * @example
 * const { value, perSample } = ssim(restored, original, { range: [-1, 1] })
 */
export function ssim(x: Tensor4D, y: Tensor4D, options: SsimOptions = {}): SampleMeasurement {
  const where = 'metrics.ssim'
  const { constants, settings } = prepare(where, options)
  const images = readImagePair(where, x, y)
  assertFits(where, images.x, constants.taps.length, 1)
  const perSample = perImage(images.x, images.y, (a, b) => similarity(a, b, constants).full)
  return { metric: 'ssim', ...meanOf(perSample), perSample, samples: { fake: images.x.count }, settings, warnings: [] }
}

/**
 * Multi-scale structural similarity, 0…1: `S_M^(w_M) · Π_{j<M} C_j^(w_j)` with C the contrast–structure factor at scale
 * j and S the whole index at the coarsest, negative factors taken as 0; per channel, then averaged.
 *
 * Scales are halved by means of 2 × 2, so an odd last row or column drops out. Window as in {@link ssim}; for even
 * sizes the values are those of pytorch-msssim. Five scales need images of 176 pixels or more.
 *
 * @throws GenError as {@link ssim}.
 * @see Multiscale structural similarity for image quality assessment (Wang et al., 2003)
 * https://doi.org/10.1109/ACSSC.2003.1292216
 * @example
 * const { value, settings } = msSsim(restored, original)
 */
export function msSsim(x: Tensor4D, y: Tensor4D, { weights, ...options }: MsSsimOptions = {}): SampleMeasurement {
  const where = 'metrics.msSsim'
  const { constants, settings } = prepare(where, options)
  const images = readImagePair(where, x, y)
  const exponents = weights ?? msSsimExponents(Math.min(images.x.height, images.x.width), constants.taps.length)
  if (weights?.length === 0) {
    throw refusal('value', where, { expected: 'at least one weight', got: 'none', remedy: 'leave weights out' })
  }
  for (const weight of exponents) assertNumber(where, 'weight', weight, { exclusiveMin: 0 })
  assertFits(where, images.x, constants.taps.length, Math.max(1, exponents.length))
  const perSample = perImage(images.x, images.y, (a, b) => multiScale(a, b, constants, exponents))
  const few = !weights && exponents.length < usualScales
  return {
    metric: 'ms-ssim',
    ...meanOf(perSample),
    perSample,
    samples: { fake: images.x.count },
    settings: { ...settings, weights: exponents },
    warnings: few
      ? [`${exponents.length} of ${usualScales} scales fit images of ${images.x.height} × ${images.x.width}`]
      : [],
  }
}

function multiScale(x: Plane, y: Plane, constants: SimilarityConstants, weights: readonly number[]): number {
  let [a, b] = [x, y]
  let value = 1
  weights.forEach((weight, scale) => {
    const { full, contrast } = similarity(a, b, constants)
    const last = scale === weights.length - 1
    value *= Math.max(0, last ? full : contrast) ** weight
    if (!last) [a, b] = [halve(a), halve(b)]
  })
  return value
}

function prepare(where: string, { range = [0, 1], window = 11, sigma = 1.5, constants = [0.01, 0.03] }: SsimOptions) {
  const width = rangeWidth(where, range)
  assertInteger(where, 'window', window, { min: 1 })
  assertNumber(where, 'sigma', sigma, { exclusiveMin: 0 })
  if (window % 2 === 0)
    throw refusal('value', where, { expected: 'an odd window', got: window, remedy: `pass ${window + 1}` })
  const [k1, k2] = constants
  for (const constant of constants) assertNumber(where, 'constant', constant, { exclusiveMin: 0 })
  return {
    constants: {
      taps: ssimWindow(window, sigma),
      center: (range[0] + range[1]) / 2,
      c1: (k1 * width) ** 2,
      c2: (k2 * width) ** 2,
    },
    settings: { range, window, sigma, constants },
  }
}

function assertFits(where: string, { height, width }: ImagePlanes, window: number, scales: number): void {
  const smallest = window * 2 ** (scales - 1)
  if (Math.min(height, width) >= smallest) return
  throw refusal('shape', where, {
    expected: `images of at least ${smallest} × ${smallest} for ${scales} scale(s) of a window of ${window}`,
    got: `${height} × ${width}`,
    remedy: 'pass a smaller window or fewer weights',
    details: { smallest, height, width },
  })
}

function perImage(x: ImagePlanes, y: ImagePlanes, index: (x: Plane, y: Plane) => number): number[] {
  const { count, channels, height, width } = x
  return Array.from({ length: count }, (_, sample) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) {
      const [a, b] = [x.plane(sample, channel), y.plane(sample, channel)]
      sum += index({ values: a, height, width }, { values: b, height, width })
    }
    return sum / channels
  })
}
