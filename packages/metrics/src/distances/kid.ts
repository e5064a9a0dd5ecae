/** Kernel (Inception) distance. @module */
import { assertInteger, fold, type Key, permutation, refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import { sharedFeatures } from '../features/feature-description.ts'
import type { Vectors } from '../features/feature-matrix.ts'
import { type KidStatistics, kernelSum } from '../features/kid-statistics.ts'
import { assertSameSize, readPair } from '../features/read-vectors.ts'
import { type FeatureMeasurement, meanOf, standardDeviation } from '../measurement.ts'
import { type Kernel, polynomial } from './kernels.ts'
import { discrepancyOf, roundingWarning, squaredDiscrepancy } from './mmd.ts'

/** Options of {@link kid}. */
export interface KidOptions {
  /** Chooses the subsets. */
  key: Key
  /** Number of subsets. @default 100 */
  subsets?: number
  /** Samples of each side in a subset. @default 1000, or half the smaller set where that is less */
  subsetSize?: number
  /** @default polynomial() */
  kernel?: Kernel
}

/** Result of {@link kid}. */
export interface KidMeasurement extends FeatureMeasurement {
  /** Spread of the subsets' values: what most tools print after ±. Not the error of `value`. */
  readonly standardDeviation?: number
}

const where = 'metrics.kid'

/**
 * Kernel (Inception) distance: the unbiased MMD² with a cubic kernel, averaged over random subsets; about 0 (also
 * slightly below) when real and fake agree, and, unlike FID, with no bias from the number of samples.
 *
 * A subset of m samples is drawn without replacement from the n at hand. The standard error counts both that only S
 * subsets were drawn and that all are from the same n samples: `s·√(1/S + m/(n − m))`, s the subsets' standard
 * deviation; it is left out where m > n/2, for then the subsets say little about new samples.
 *
 * @throws GenError `shape` for fewer than 4 samples or different sizes; `range` for subsets larger than a set;
 * `non-finite` for NaN.
 * @see Demystifying MMD GANs (Bińkowski et al., 2018) https://arxiv.org/abs/1801.01401
 * @example
 * const { value, standardError } = kid(realFeatures, fakeFeatures, { key: key(0) })
 */
export function kid(real: Vectors, fake: Vectors, options: KidOptions): KidMeasurement
/**
 * The same of statistics that were gathered by {@link kidStatistics}, maybe on several machines: over all samples at once, without
 * subsets and so without an error.
 *
 * @throws GenError `shape` for fewer than 2 samples or different sizes; `value` for different features.
 * @example
 * const [ofReal, ofFake] = [kidStatistics(), kidStatistics()]
 * ofReal.add(realFeatures)
 * ofFake.add(fakeFeatures)
 * const { value } = kid(ofReal.statistics(), ofFake.statistics())
 */
export function kid(real: KidStatistics, fake: KidStatistics): KidMeasurement
export function kid(
  real: Vectors | KidStatistics,
  fake: Vectors | KidStatistics,
  options?: KidOptions,
): KidMeasurement {
  if ('cubes' in real && 'cubes' in fake) return ofStatistics(real, fake)
  if (!('cubes' in real) && !('cubes' in fake) && options) return overSubsets(real, fake, options)
  throw refusal('config', where, {
    expected: 'two sets of vectors and a key, or two statistics',
    got: options ? 'one of each' : 'no key or one of each',
    remedy: 'gather both with kidStatistics, or pass { key: key(0) }',
  })
}

function ofStatistics(real: KidStatistics, fake: KidStatistics): KidMeasurement {
  for (const [name, { count }] of Object.entries({ real, fake })) {
    if (count < 2) throw refusal('shape', where, { expected: `${name} of at least 2 samples`, got: count })
  }
  assertSameSize(where, real.size, fake.size)
  const described = ({ size, features }: KidStatistics) => ({ columns: size, ...(features && { features }) })
  const features = sharedFeatures(where, described(real), described(fake))
  const within = (x: KidStatistics) => (kernelSum(x, x) - x.own) / (x.count * (x.count - 1))
  const between = kernelSum(real, fake) / (real.count * fake.count)
  const { value, rounding } = discrepancyOf(where, { ofX: within(real), ofY: within(fake), between })
  const { name, settings } = polynomial()
  return {
    metric: 'kid',
    value,
    samples: { real: real.count, fake: fake.count },
    features,
    settings: { kernel: name, ...settings },
    warnings: roundingWarning(value, rounding),
  }
}

function overSubsets(
  real: Vectors,
  fake: Vectors,
  { key, subsets = 100, subsetSize, kernel = polynomial() }: KidOptions,
): KidMeasurement {
  const pair = readPair(where, real, fake, 4)
  const features = sharedFeatures(where, pair.real, pair.fake)
  const smaller = Math.min(pair.real.rows, pair.fake.rows)
  const size = subsetSize ?? Math.min(1000, Math.floor(smaller / 2))
  assertInteger(where, 'subsets', subsets, { min: 1 })
  assertInteger(where, 'subsetSize', size, { min: 2 })
  if (size > smaller) {
    throw refusal('range', where, {
      expected: `subsetSize ≤ ${smaller}, the smaller set`,
      got: size,
      remedy: `pass subsetSize: ${Math.floor(smaller / 2)}`,
      details: { subsetSize: size, real: pair.real.rows, fake: pair.fake.rows },
    })
  }
  let rounding = 0
  const values = Float64Array.from({ length: subsets }, (_, i) => {
    const x = draw(pair.real, size, fold(key, 2 * i))
    const y = draw(pair.fake, size, fold(key, 2 * i + 1))
    const measured = squaredDiscrepancy(where, x, y, kernel, true)
    rounding = Math.max(rounding, measured.rounding)
    return measured.value
  })
  const { value } = meanOf(values)
  const spread = standardDeviation(values)
  const error =
    spread === undefined || 2 * size > smaller ? undefined : spread * Math.sqrt(1 / subsets + size / (smaller - size))
  return {
    metric: 'kid',
    value,
    ...(error !== undefined && { standardError: error }),
    ...(spread !== undefined && { standardDeviation: spread }),
    samples: { real: pair.real.rows, fake: pair.fake.rows },
    features,
    settings: { subsets, subsetSize: size, kernel: kernel.name, ...kernel.settings },
    warnings: [...sizeWarning(size), ...roundingWarning(value, rounding)],
  }
}

function sizeWarning(size: number): string[] {
  return size < 100 ? [`subsets of ${size} samples: the values scatter widely; use at least 200 samples a side`] : []
}

/** A copy of `size` rows, chosen without replacement. */
function draw({ rows, columns, data }: Matrix, size: number, k: Key): Matrix {
  const order = permutation(k, rows)
  const out = new Float64Array(size * columns)
  for (let i = 0; i < size; i++) out.set(data.subarray(order[i]! * columns, (order[i]! + 1) * columns), i * columns)
  return { rows: size, columns, data: out }
}
