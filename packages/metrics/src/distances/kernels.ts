/** Kernels for the maximum mean discrepancy, side by side. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import type { Pairing } from '@gen/linear-algebra'
import type { Setting } from '../measurement.ts'

/** A positive-definite function of two vectors, written as a function of one number that compares them. */
export interface Kernel {
  readonly name: string
  readonly settings: Readonly<Record<string, Setting>>
  /** The number it is a function of: `x·y`, `‖x − y‖²` or `‖x − y‖₁`. */
  readonly pairing: Pairing
  /**
   * Sum of the kernel over `pairs[from] … pairs[to − 1]`, in vectors of `size` features. A sum rather than one value,
   * because a loop that calls another kernel at each of 10⁸ pairs takes several times as long.
   */
  sum(pairs: Float64Array, from: number, to: number, size: number): number
}

/** Options of {@link polynomial}. */
export interface PolynomialOptions {
  /** @default 3 */
  degree?: number
  /** γ. @default 1 / feature size */
  scale?: number
  /** c. @default 1 */
  offset?: number
}

/**
 * Polynomial kernel `(γ·xᵀy + c)^degree`; the defaults are KID's.
 *
 * @throws GenError `range` for a degree below 1.
 * @see Demystifying MMD GANs (Bińkowski et al., 2018) https://arxiv.org/abs/1801.01401
 * @example
 * const distance = mmd(real, fake, { kernel: polynomial({ degree: 2 }) })
 */
export function polynomial({ degree = 3, scale, offset = 1 }: PolynomialOptions = {}): Kernel {
  assertInteger('metrics.polynomial', 'degree', degree, { min: 1 })
  return {
    name: 'polynomial',
    settings: { degree, scale: scale ?? '1 / size', offset },
    pairing: 'dot',
    sum: (dots, from, to, size) => {
      const gamma = scale ?? 1 / size
      let total = 0
      for (let i = from; i < to; i++) {
        const base = gamma * dots[i]! + offset
        let power = base
        for (let k = 1; k < degree; k++) power *= base
        total += power
      }
      return total
    },
  }
}

/** Options of {@link rbf}. */
export interface RbfOptions {
  /** σ, in the features' units; several give the mean of their kernels. See `medianDistance`. */
  bandwidth: number | readonly number[]
}

/**
 * Gaussian kernel `exp(−‖x − y‖² / 2σ²)`, or the mean over several σ.
 *
 * @throws GenError `range` for bandwidths that are not above 0; `value` for an empty list.
 * @see A kernel two-sample test (Gretton et al., 2012) https://jmlr.org/papers/v13/gretton12a.html
 * @example
 * const distance = mmd(real, fake, { kernel: rbf({ bandwidth: [0.5, 1, 2] }) })
 */
export function rbf({ bandwidth }: RbfOptions): Kernel {
  const bandwidths = typeof bandwidth === 'number' ? [bandwidth] : [...bandwidth]
  if (bandwidths.length === 0) {
    throw refusal('value', 'metrics.rbf', {
      expected: 'at least one bandwidth',
      got: 'none',
      remedy: 'pass medianDistance(real, fake)',
    })
  }
  for (const sigma of bandwidths) assertNumber('metrics.rbf', 'bandwidth', sigma, { exclusiveMin: 0 })
  const rates = Float64Array.from(bandwidths, (sigma) => -1 / (2 * sigma * sigma))
  return {
    name: 'rbf',
    settings: { bandwidth: bandwidths.length === 1 ? bandwidths[0]! : bandwidths },
    pairing: 'squared',
    sum: (squares, from, to) => {
      let total = 0
      for (const rate of rates) {
        for (let i = from; i < to; i++) total += Math.exp(rate * squares[i]!)
      }
      return total / rates.length
    },
  }
}

/** Options of {@link inverseMultiquadric}. */
export interface InverseMultiquadricOptions {
  /** c, in the features' units. */
  scale: number
  /** β. @default 0.5 */
  exponent?: number
}

/**
 * Inverse multiquadric kernel `(1 + ‖x − y‖² / c²)^−β`: heavy tails, so distant sets still differ. β = 1 with `c² =
 * 2·size·σ²` is the Wasserstein autoencoder's `C / (C + ‖x − y‖²)`.
 *
 * @throws GenError `range` for a scale or exponent that is not above 0.
 * @see Wasserstein auto-encoders (Tolstikhin et al., 2018) https://arxiv.org/abs/1711.01558
 * @example
 * const distance = mmd(real, fake, { kernel: inverseMultiquadric({ scale: 2 }) })
 */
export function inverseMultiquadric({ scale, exponent = 0.5 }: InverseMultiquadricOptions): Kernel {
  assertNumber('metrics.inverseMultiquadric', 'scale', scale, { exclusiveMin: 0 })
  assertNumber('metrics.inverseMultiquadric', 'exponent', exponent, { exclusiveMin: 0 })
  return {
    name: 'inverseMultiquadric',
    settings: { scale, exponent },
    pairing: 'squared',
    sum: (squares, from, to) => {
      let total = 0
      for (let i = from; i < to; i++) total += (1 + squares[i]! / (scale * scale)) ** -exponent
      return total
    },
  }
}

/** Options of {@link laplacian}. */
export interface LaplacianOptions {
  /** σ, in the features' units. See `medianDistance` with `pairing: 'manhattan'`. */
  bandwidth: number
}

/**
 * Laplacian kernel `exp(−‖x − y‖₁ / σ)`, on the sum of absolute differences.
 *
 * @throws GenError `range` for a bandwidth that is not above 0.
 * @example
 * const distance = mmd(real, fake, { kernel: laplacian({ bandwidth: 4 }) })
 */
export function laplacian({ bandwidth }: LaplacianOptions): Kernel {
  assertNumber('metrics.laplacian', 'bandwidth', bandwidth, { exclusiveMin: 0 })
  return {
    name: 'laplacian',
    settings: { bandwidth },
    pairing: 'manhattan',
    sum: (distances, from, to) => {
      let total = 0
      for (let i = from; i < to; i++) total += Math.exp(-distances[i]! / bandwidth)
      return total
    },
  }
}
