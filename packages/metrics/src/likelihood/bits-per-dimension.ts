/** Log-likelihoods in bits per dimension. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { readNumbers } from '../features/read-vectors.ts'
import { meanOf, type SampleMeasurement } from '../measurement.ts'

/** Options of {@link bitsPerDimension}. */
export interface BitsPerDimensionOptions {
  /** Numbers in a sample, e.g. 28·28·1. */
  dimensions: number
  /**
   * Gray levels that the model's interval of length 1 stands for. A density over [0, 1] of 8-bit images has 256; a
   * density over 0…256, or a discrete likelihood, has 1. @default 1
   */
  levels?: number
}

/**
 * Negative log-likelihood in bits per dimension: `nats / (D·ln 2) + log₂ levels`, averaged over samples. Lower is
 * better; comparable only for the same data, the same dequantization and the same levels. From a bound (a VAE's) it is
 * a bound.
 *
 * @param nats - Negative log-likelihood of each sample, in nats, summed over dimensions: `[samples]`.
 * @throws GenError `shape` for no samples; `non-finite`; `range` for dimensions or levels below 1.
 * @see A note on the evaluation of generative models (Theis et al., 2016) https://arxiv.org/abs/1511.01844
 * @example
 * const { value } = bitsPerDimension(neg(logProb), { dimensions: 784, levels: 256 })
 */
export function bitsPerDimension(
  nats: Tensor | ArrayLike<number>,
  { dimensions, levels = 1 }: BitsPerDimensionOptions,
): SampleMeasurement {
  const where = 'metrics.bitsPerDimension'
  assertInteger(where, 'dimensions', dimensions, { min: 1 })
  assertInteger(where, 'levels', levels, { min: 1 })
  const values = readNumbers(where, 'nats', nats)
  if (values.length === 0)
    throw refusal('shape', where, { expected: 'at least 1 sample', got: '0', remedy: 'pass more samples' })
  const perSample = Array.from(values, (value) => value / (dimensions * Math.LN2) + Math.log2(levels))
  return {
    metric: 'bits-per-dimension',
    ...meanOf(perSample),
    perSample,
    samples: { real: values.length },
    settings: { dimensions, levels },
    warnings: [],
  }
}
