/** Maximum mean discrepancy. @module */
import { refusal } from '@gen/backend'

import type { Matrix } from '@gen/linear-algebra'
import { forEachBlock, forEachUpperBlock } from '@gen/linear-algebra'
import { sharedFeatures } from '../features/feature-description.ts'
import type { Vectors } from '../features/feature-matrix.ts'
import { readPair } from '../features/read-vectors.ts'
import type { FeatureMeasurement } from '../measurement.ts'
import { type Kernel, rbf } from './kernels.ts'
import { bandwidthOf } from './median-distance.ts'

/** Options of {@link mmd}. */
export interface MmdOptions {
  /**
   * @default rbf({ bandwidth: medianDistance(real, fake) }), the median of the distances above 0 where most are 0
   */
  kernel?: Kernel
  /**
   * `unbiased` leaves a sample's pair with itself out, and can fall below 0; `biased` is never negative.
   * @default 'unbiased'
   */
  estimator?: 'unbiased' | 'biased'
}

/**
 * Squared maximum mean discrepancy, `MMD² = E k(x, x′) + E k(y, y′) − 2 E k(x, y)`; 0 when the distributions agree (for
 * kernels that tell all apart: `rbf`, `inverseMultiquadric`, `laplacian`). The value is the square, not the root.
 *
 * @throws GenError `shape` for fewer than 2 samples or different sizes; `non-finite` for NaN; `range` when all samples
 * are one point, so that no bandwidth can be guessed: pass a kernel.
 * @see A kernel two-sample test (Gretton et al., 2012) https://jmlr.org/papers/v13/gretton12a.html
 * @example
 * const { value } = mmd(real, fake, { kernel: rbf({ bandwidth: 1 }) })
 */
export function mmd(
  real: Vectors,
  fake: Vectors,
  { kernel, estimator = 'unbiased' }: MmdOptions = {},
): FeatureMeasurement {
  const where = 'metrics.mmd'
  const pair = readPair(where, real, fake, 2)
  const features = sharedFeatures(where, pair.real, pair.fake)
  const guess = kernel ? undefined : bandwidthOf(where, pair.real, pair.fake)
  const chosen = kernel ?? rbf({ bandwidth: guess!.bandwidth })
  const { value, rounding } = squaredDiscrepancy(where, pair.real, pair.fake, chosen, estimator === 'unbiased')
  return {
    metric: 'mmd',
    value,
    samples: { real: pair.real.rows, fake: pair.fake.rows },
    features,
    settings: { kernel: chosen.name, ...chosen.settings, estimator },
    warnings: [...(guess?.warnings ?? []), ...roundingWarning(value, rounding)],
  }
}

/** MMD² of two checked sets, and what float64's rounding of its three means may make of it. */
export function squaredDiscrepancy(
  where: string,
  x: Matrix,
  y: Matrix,
  kernel: Kernel,
  unbiased: boolean,
): { value: number; rounding: number } {
  return discrepancyOf(where, {
    ofX: meanWithin(x, kernel, unbiased),
    ofY: meanWithin(y, kernel, unbiased),
    between: meanBetween(x, y, kernel),
  })
}

/** MMD² of the kernel's three means, and what their rounding may make of it. */
export function discrepancyOf(
  where: string,
  { ofX, ofY, between }: { ofX: number; ofY: number; between: number },
): { value: number; rounding: number } {
  const value = ofX + ofY - 2 * between
  const rounding = 4 * Number.EPSILON * (Math.abs(ofX) + Math.abs(ofY) + 2 * Math.abs(between))
  if (Number.isFinite(value)) return { value, rounding }
  throw refusal('non-finite', where, {
    expected: 'finite kernel values',
    got: value,
    remedy: 'scale the features down',
  })
}

/** A warning where kernel values are so large that their difference is noise: a polynomial kernel's, far from the origin. */
export function roundingWarning(value: number, rounding: number): string[] {
  if (rounding <= Math.max(1e-9, 1e-3 * Math.abs(value))) return []
  const size = rounding.toPrecision(1)
  return [
    `kernel values are so large that rounding alone is ±${size}: subtract one mean from both sets, or scale them down`,
  ]
}

/** Mean of k(xᵢ, xⱼ), over i ≠ j or over all pairs. */
function meanWithin(x: Matrix, kernel: Kernel, unbiased: boolean): number {
  let above = 0
  let diagonal = 0
  forEachUpperBlock(x, kernel.pairing, ({ rowStart, rows, columnStart, columns, stride, values }) => {
    for (let i = 0; i < rows; i++) {
      const start = i * stride
      const on = rowStart + i - columnStart
      if (on >= 0) diagonal += kernel.sum(values, start + on, start + on + 1, x.columns)
      above += kernel.sum(values, start + Math.max(0, on + 1), start + columns, x.columns)
    }
  })
  return unbiased ? (2 * above) / (x.rows * (x.rows - 1)) : (2 * above + diagonal) / x.rows ** 2
}

function meanBetween(x: Matrix, y: Matrix, kernel: Kernel): number {
  let total = 0
  forEachBlock(x, y, kernel.pairing, ({ rows, columns, stride, values }) => {
    for (let i = 0; i < rows; i++) total += kernel.sum(values, i * stride, i * stride + columns, x.columns)
  })
  return total / (x.rows * y.rows)
}
