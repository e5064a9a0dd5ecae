/** Calibration of a discriminator. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { readNumbers } from '../features/read-vectors.ts'
import type { Measurement } from '../measurement.ts'

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  readonly from: number
  readonly to: number
  readonly count: number
  /** Mean probability that the discriminator gave; 0 for an empty bin. */
  readonly confidence: number
  /** Share of real samples; 0 for an empty bin. */
  readonly real: number
}

/** Result of {@link calibrationError}. */
export interface CalibrationMeasurement extends Measurement {
  /** The largest gap of a bin that holds samples. */
  readonly maximum: number
  readonly bins: readonly ReliabilityBin[]
}

/** Options of {@link calibrationError}. */
export interface CalibrationOptions {
  /** Number of bins of equal width on [0, 1]; each holds its lower end, the last also 1. @default 15 */
  bins?: number
}

/**
 * Expected calibration error of a discriminator: `Σ_b n_b/n · |share real in b − mean D in b|`; 0 when D(x) = 0.8 means
 * that 80 % of such samples are real. A trained discriminator at its optimum, `p/(p + q)`, is calibrated; an
 * overconfident one is not.
 *
 * Both sets count as they are: pass as many real as fake samples if the discriminator was trained so.
 *
 * @param real - D's probabilities on real samples.
 * @param fake - D's probabilities on generated samples.
 * @throws GenError `range` for numbers outside [0, 1] (apply sigmoid to logits); `shape` for empty sets; `non-finite`.
 * @see On calibration of modern neural networks (Guo et al., 2017) https://arxiv.org/abs/1706.04599
 * @see Metropolis-Hastings GANs (Turner et al., 2019) https://arxiv.org/abs/1811.11357
 * @example
 * const { value, bins } = calibrationError([0.9, 0.8, 0.4], [0.3, 0.1])
 */
export function calibrationError(
  real: Tensor | ArrayLike<number>,
  fake: Tensor | ArrayLike<number>,
  { bins = 15 }: CalibrationOptions = {},
): CalibrationMeasurement {
  const where = 'metrics.calibrationError'
  assertInteger(where, 'bins', bins, { min: 1 })
  const onReal = readProbabilities(where, 'real', real)
  const onFake = readProbabilities(where, 'fake', fake)
  const [count, sum, positive] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)]
  for (const [values, label] of [[onReal, 1] as const, [onFake, 0] as const]) {
    for (const value of values) {
      const bin = binOf(value, bins)
      count[bin]!++
      sum[bin]! += value
      positive[bin]! += label
    }
  }
  const n = onReal.length + onFake.length
  const rows = Array.from(count, (held, i): ReliabilityBin => {
    const confidence = held > 0 ? sum[i]! / held : 0
    return { from: i / bins, to: (i + 1) / bins, count: held, confidence, real: held > 0 ? positive[i]! / held : 0 }
  })
  const gaps = rows.map((bin) => Math.abs(bin.real - bin.confidence))
  return {
    metric: 'calibration-error',
    value: rows.reduce((total, bin, i) => total + (bin.count / n) * gaps[i]!, 0),
    maximum: gaps.reduce((most, gap) => Math.max(most, gap), 0),
    bins: rows,
    samples: { real: onReal.length, fake: onFake.length },
    settings: { bins },
    warnings:
      n < 10 * bins ? [`${n} samples in ${bins} bins: noise alone raises the error; use ${10 * bins} or more`] : [],
  }
}

function readProbabilities(where: string, name: string, x: Tensor | ArrayLike<number>): Float64Array {
  const values = readNumbers(where, name, x)
  if (values.length === 0)
    throw refusal('shape', where, {
      expected: `${name} with at least 1 probability`,
      got: '0',
      remedy: 'pass more samples',
    })
  const wrong = values.find((value) => value < 0 || value > 1)
  if (wrong === undefined) return values
  throw refusal('range', where, {
    expected: `${name} within [0, 1]`,
    got: wrong,
    remedy: 'apply sigmoid to logits',
    details: { name, got: wrong },
  })
}

/** The bin whose edges i/bins, as floats, hold the value; a product alone can land one bin off at an edge. */
function binOf(value: number, bins: number): number {
  let bin = Math.min(bins - 1, Math.floor(value * bins))
  if (value < bin / bins) bin--
  else if (bin < bins - 1 && value >= (bin + 1) / bins) bin++
  return bin
}
