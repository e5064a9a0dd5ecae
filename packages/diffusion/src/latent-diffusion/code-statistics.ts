/** The scale of codes. @module */
import { assertInteger } from '@gen/backend'
import type { Batches } from '@gen/model'
import { dispose, moments, reshape, tidy } from '@tensorflow/tfjs-core'
import type { DiffusionBatch } from '../losses/loss-model.ts'
import { type Autoencoder, codesOf } from './latent-diffusion.ts'

/** Options of {@link codeStatistics}. */
export interface CodeStatisticsOptions {
  /** Shape of a code, as the diffusion model shall have it; the last axis has the channels. */
  shape: readonly number[]
  /** Batches that are looked at, from the first. @default 16 */
  count?: number
}

/** How codes are distributed. */
export interface CodeStatistics {
  /** Of each channel: for `diffusion({ mean, … })`. */
  readonly mean: readonly number[]
  /** Of each channel: for `diffusion({ std, … })`. */
  readonly std: readonly number[]
  /** One over the root mean square of all codes, which the literature calls the scale factor. */
  readonly scaleFactor: number
}

/**
 * Mean and standard deviation of an autoencoder's codes, channel by channel, which a diffusion model divides by.
 *
 * @throws GenError `value` or `range` for fewer than 1 batch, `shape` for codes of another size.
 * @see High-resolution image synthesis with latent diffusion models (Rombach et al., 2021), appendix G https://arxiv.org/abs/2112.10752
 * @example
 * const autoencoder = { encode: (x: Tensor) => mul(x, 5), decode: (z: Tensor) => div(z, 5) }
 * const { mean, std, scaleFactor } = await codeStatistics(autoencoder, batches, { shape: [2] })
 */
export async function codeStatistics(
  autoencoder: Autoencoder,
  batches: Batches<DiffusionBatch>,
  { shape, count = 16 }: CodeStatisticsOptions,
): Promise<CodeStatistics> {
  assertInteger('diffusion.codeStatistics', 'count', count, { min: 1 })
  const channels = shape.at(-1) ?? 1
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)]
  let rows = 0
  for (let i = 0; i < count; i++) {
    const { x, ...rest } = await batches.at(i)
    const codes = await codesOf(autoencoder, x, shape).finally(() => dispose([x, ...Object.values(rest)]))
    const [mean, variance] = tidy(() => {
      const found = moments(reshape(codes, [-1, channels]), 0)
      return [found.mean, found.variance]
    })
    const places = codes.size / channels
    const [means, variances] = [await mean!.data(), await variance!.data()]
    dispose([codes, mean!, variance!])
    for (let c = 0; c < channels; c++) {
      sums[c]! += places * means[c]!
      squares[c]! += places * (variances[c]! + means[c]! ** 2)
    }
    rows += places
  }
  const mean = [...sums].map((sum) => sum / rows)
  const meanSquares = [...squares].map((square) => square / rows)
  const std = meanSquares.map((square, c) => Math.sqrt(square - mean[c]! ** 2))
  const whole = meanSquares.reduce((total, square) => total + square, 0) / channels
  return { mean, std, scaleFactor: 1 / Math.sqrt(whole) }
}
