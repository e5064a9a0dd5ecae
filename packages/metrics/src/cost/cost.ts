/** Time and energy per generated sample: the Green AI view. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Measurement, meanOf } from '../measurement.ts'

/** Options of {@link sampleCost}. */
export interface SampleCostOptions {
  /** Samples that one call makes. */
  count: number
  /** Electrical power that the machine draws meanwhile, in watts, as you state it; nothing is read from the machine. */
  watts: number
  /** Timed calls. @default 5 */
  repeats?: number
  /** Calls before, not timed: compiling, first allocations. @default 1 */
  warmup?: number
  /** Emissions of the electricity, in grams of CO₂ equivalent per kilowatt hour, as you state them. */
  gramsPerKilowattHour?: number
  /** Time in milliseconds. @default performance.now */
  clock?: () => number
}

/** Result of {@link sampleCost}; `value` is joules per sample. */
export interface CostMeasurement extends Measurement {
  readonly secondsPerSample: number
  /** Standard error over the repeats. */
  readonly secondsStandardError?: number
  readonly kilowattHoursPerThousand: number
  /** CO₂ equivalent, where the electricity's emissions were stated. */
  readonly gramsPerThousand?: number
}

/**
 * Measures the time to make samples and estimates their energy, seconds × stated watts. An estimate: it says nothing
 * about cooling, about the hardware's making, or about training, which a model's card should state beside it.
 *
 * What `generate` returns is awaited to its values, so that a device's queue counts too, and disposed.
 *
 * @throws GenError `range` for counts below 1, or watts that are not above 0.
 * @see Energy and policy considerations for deep learning in NLP (Strubell et al., 2019)
 * https://arxiv.org/abs/1906.02243
 * @see Green AI (Schwartz et al., 2019) https://arxiv.org/abs/1907.10597
 * @example
 * const generate = () => model.sample({ count: 64, key: key(0) })
 * const { value, secondsPerSample } = await sampleCost(generate, { count: 64, watts: 65 })
 */
export async function sampleCost(
  generate: () => Tensor | Promise<Tensor>,
  { count, watts, repeats = 5, warmup = 1, gramsPerKilowattHour, clock = () => performance.now() }: SampleCostOptions,
): Promise<CostMeasurement> {
  const where = 'metrics.sampleCost'
  assertInteger(where, 'count', count, { min: 1 })
  assertInteger(where, 'repeats', repeats, { min: 1 })
  assertInteger(where, 'warmup', warmup, { min: 0 })
  assertNumber(where, 'watts', watts, { exclusiveMin: 0 })
  if (gramsPerKilowattHour !== undefined) assertNumber(where, 'gramsPerKilowattHour', gramsPerKilowattHour, { min: 0 })
  for (let i = 0; i < warmup; i++) await finish(generate)
  const seconds: number[] = []
  for (let i = 0; i < repeats; i++) {
    const start = clock()
    await finish(generate)
    seconds.push((clock() - start) / 1000 / count)
  }
  const { value: secondsPerSample, standardError } = meanOf(seconds)
  const joules = secondsPerSample * watts
  const kilowattHoursPerThousand = (1000 * joules) / 3.6e6
  return {
    metric: 'joules-per-sample',
    value: joules,
    ...(standardError !== undefined && { standardError: standardError * watts, secondsStandardError: standardError }),
    secondsPerSample,
    kilowattHoursPerThousand,
    ...(gramsPerKilowattHour !== undefined && { gramsPerThousand: kilowattHoursPerThousand * gramsPerKilowattHour }),
    samples: { fake: count * repeats },
    settings: { watts, count, repeats, ...(gramsPerKilowattHour !== undefined && { gramsPerKilowattHour }) },
    warnings: [],
  }
}

async function finish(generate: () => Tensor | Promise<Tensor>): Promise<void> {
  const made = await generate()
  try {
    await made.data()
  } finally {
    made.dispose()
  }
}
