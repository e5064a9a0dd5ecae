/** Peak signal-to-noise ratio. @module */
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { meanOf, type SampleMeasurement } from '../measurement.ts'
import { rangeWidth, readImagePair } from './image-planes.ts'

/** Options of {@link psnr}. */
export interface PsnrOptions {
  /** The values' possible range, not that of the images at hand. @default [0, 1] */
  range?: readonly [number, number]
}

/**
 * Peak signal-to-noise ratio in decibels, `10·log₁₀(R² / MSE)`, R the width of the range; higher is better. The mean is
 * over images, each with its own mean squared error over pixels and channels; equal images have Infinity.
 *
 * Super-resolution papers crop a border and use the luma channel: do so before, if you compare with them.
 *
 * @throws GenError `shape` for images of different shapes or none; `non-finite`; `range`.
 * @see Scope of validity of PSNR in image/video quality assessment (Huynh-Thu & Ghanbari, 2008)
 * https://doi.org/10.1049/el:20080522
 * @example
 * const { value, perSample } = psnr(restored, original)
 */
export function psnr(x: Tensor4D, y: Tensor4D, { range = [0, 1] }: PsnrOptions = {}): SampleMeasurement {
  const where = 'metrics.psnr'
  const width = rangeWidth(where, range)
  const images = readImagePair(where, x, y)
  const { count, channels, height } = images.x
  const perSample = Array.from({ length: count }, (_, sample) => {
    let squares = 0
    for (let channel = 0; channel < channels; channel++) {
      const [a, b] = [images.x.plane(sample, channel), images.y.plane(sample, channel)]
      for (let at = 0; at < a.length; at++) squares += (a[at]! - b[at]!) ** 2
    }
    return 10 * Math.log10((width * width * channels * height * images.x.width) / squares)
  })
  const equal = perSample.filter((value) => value === Number.POSITIVE_INFINITY).length
  return {
    metric: 'psnr',
    ...meanOf(perSample),
    perSample,
    samples: { fake: count },
    settings: { range },
    warnings: equal > 0 ? [`${equal} of ${count} pairs are equal: their ratio, and so the mean, is infinite`] : [],
  }
}
