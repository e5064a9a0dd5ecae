/** Directions in which a trace is measured. @module */
import { bernoulli, fold, type Key, normal } from '@gen/backend'
import { add, mul, reshape, type Tensor, tensor1d, tidy, tile } from '@tensorflow/tfjs-core'

/** How `logLikelihood` finds the trace of the network's Jacobian. */
export interface TraceOptions {
  /**
   * Random directions for each row, or `'exact'`: one along each dimension, as many calls of the network as there are.
   *
   * @default 'exact' for up to 16 dimensions, else 1
   */
  probes?: number | 'exact'
  /** Distribution of random directions: signs have the least variance. @default 'rademacher' */
  noise?: 'rademacher' | 'gaussian'
}

/** Directions `[rows, …shape]` and how much each counts: `tr J = weight · Σ zᵀ J z`, for random ones in the mean. */
export interface Probes {
  readonly directions: readonly Tensor[]
  readonly weight: number
}

/** Dimensions up to which the exact trace is the default. */
export const fewDimensions = 16

/** The probes of rows from `offset` on: those of row i depend on (key, i) alone. */
export function makeProbes(
  shape: readonly number[],
  rows: number,
  offset: number,
  k: Key,
  options: TraceOptions,
): Probes {
  const size = shape.reduce((product, n) => product * n, 1)
  const { probes = size <= fewDimensions ? 'exact' : 1, noise = 'rademacher' } = options
  if (probes === 'exact') {
    const row = (i: number) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0))
    const along = (i: number) =>
      tidy(() => tile(reshape(tensor1d(row(i)), [1, ...shape]), [rows, ...shape.map(() => 1)]))
    return { directions: Array.from({ length: size }, (_, i) => along(i)), weight: 1 }
  }
  const draw = (i: number) => {
    if (noise === 'gaussian') return normal(fold(k, i), [rows, ...shape], { offset })
    return tidy(() => add(mul(bernoulli(fold(k, i), [rows, ...shape], { p: 0.5, offset }), 2), -1))
  }
  return { directions: Array.from({ length: probes }, (_, i) => draw(i)), weight: 1 / probes }
}
