/** Between the data's own units and unit variance. @module */
import { assertNumber, GenError } from '@gen/backend'
import { add, clipByValue, div, mul, sub, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'

/** How data are brought to about unit variance. */
export interface DataConfig {
  /** Least and largest value of the data, which batches are checked against and samples clipped to; null for none. */
  readonly range: readonly [min: number, max: number] | null
  /** Subtracted: one number, or one for each channel. */
  readonly mean: number | readonly number[]
  /** Divided by: one number, or one for each channel. */
  readonly std: number | readonly number[]
}

/** Both directions. */
export interface Normalizer {
  readonly config: DataConfig
  /** `(x − mean) / std`. */
  normalize(x: Tensor): Tensor
  /** A context for the network: images of data with a range go to [−1, 1], all else stays as it is. */
  normalizeContext(context: Tensor): Tensor
  /** `x · std + mean`. */
  denormalize(x: Tensor): Tensor
  /** Into the data's range, if it has one. */
  clip(x: Tensor): Tensor
  /** Into the data's range as it is after {@link Normalizer.normalize}. */
  clipNormalized(x: Tensor): Tensor
}

const where = 'diffusion.diffusion'

/** Checks and completes a configuration: by default the range goes to [−1, 1]. */
export function dataConfig(shape: readonly number[], data: Partial<DataConfig>): DataConfig {
  // Images (and signals) have channels and a range; points are as they are.
  const { range = shape.length > 1 ? ([0, 1] as const) : null } = data
  if (range !== null) assertRange(range)
  const { mean = range ? (range[0] + range[1]) / 2 : 0, std = range ? (range[1] - range[0]) / 2 : 1 } = data
  assertPerChannel('mean', mean, shape.at(-1) ?? 1, {})
  assertPerChannel('std', std, shape.at(-1) ?? 1, { exclusiveMin: 0 })
  return { range, mean, std }
}

/** Halved, so that differences are finite too. */
const largest = 1e38

function assertRange(range: readonly number[]): void {
  if (!Array.isArray(range) || range.length !== 2) {
    throw new GenError('config', `${where}: expected range [min, max] or null, got ${JSON.stringify(range)}`)
  }
  assertNumber(where, 'range[0]', range[0], { min: -largest, max: largest })
  assertNumber(where, 'range[1]', range[1], { exclusiveMin: range[0], max: largest })
}

function assertPerChannel(name: string, value: unknown, channels: number, bounds: { exclusiveMin?: number }): void {
  const numbers: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (Array.isArray(value) && value.length !== channels) {
    throw new GenError('config', `${where}: expected ${name} one number or ${channels}, got ${value.length}`)
  }
  for (const number of numbers)
    assertNumber(where, name, Number.isFinite(number) ? Number(number) : Number.NaN, {
      min: -largest,
      max: largest,
      ...bounds,
    })
}

/** Makes the two directions of a configuration. */
export function normalizer(config: DataConfig): Normalizer {
  const { range, mean, std } = config
  const normalize = (x: Tensor) => tidy(() => div(sub(x, operand(mean)), operand(std)))
  return {
    config,
    normalize,
    normalizeContext: (context) =>
      range && context.rank === 4 ? tidy(() => sub(mul(context, 2), 1)) : context.clone(),
    denormalize: (x) => tidy(() => add(mul(x, operand(std)), operand(mean))),
    clip: (x) => (range ? clipByValue(x, range[0], range[1]) : x.clone()),
    clipNormalized: (x) => {
      if (!range) return x.clone()
      if (typeof mean === 'number' && typeof std === 'number') {
        return clipByValue(x, (range[0] - mean) / std, (range[1] - mean) / std)
      }
      return tidy(() => normalize(clipByValue(add(mul(x, operand(std)), operand(mean)), range[0], range[1])))
    },
  }
}

function operand(value: number | readonly number[]): number | Tensor {
  return typeof value === 'number' ? value : tensor1d([...value])
}
