/** Centering and scaling of the two spaces before a map is fitted, folded into the map afterwards. @module */
import {
  columnDeviations,
  columnMeans,
  columnScales,
  type Matrix64,
  standardized,
  zeroMatrix,
} from '@gen/linear-algebra'

/**
 * How each space is scaled: not; every dimension to deviation 1; or the whole space by one number, so that the mean
 * square of a coordinate is 1 (which keeps angles).
 */
export type Scaling = 'none' | 'standard' | 'isotropic'

/** A space's points as the fit sees them, and the way back. */
export interface Scaled {
  readonly values: Matrix64
  readonly means: Float64Array
  readonly scales: Float64Array
}

/** Points with their mean and scale taken off; dimensions that do not vary keep scale 1. */
export function scaled(x: Matrix64, center: boolean, scaling: Scaling): Scaled {
  const means = center ? columnMeans(x) : new Float64Array(x.columns)
  const scales = scalesOf(x, means, scaling)
  const values = scaling === 'none' ? standardized(x, means) : standardized(x, means, scales)
  return { values, means, scales }
}

/** The map between the spaces as they are, from the one between the scaled ones: `y = ((x − μₐ) / sₐ)·W·s_b + μ_b`. */
export function unscaled(w: Matrix64, a: Scaled, b: Scaled): { matrix: Matrix64; bias: Float64Array } {
  const matrix = zeroMatrix(w.rows, w.columns)
  const bias = Float64Array.from(b.means)
  for (let i = 0; i < w.rows; i++) {
    for (let j = 0; j < w.columns; j++) {
      const weight = (w.data[i * w.columns + j]! / a.scales[i]!) * b.scales[j]!
      matrix.data[i * w.columns + j] = weight
      bias[j]! -= a.means[i]! * weight
    }
  }
  return { matrix, bias }
}

function scalesOf(x: Matrix64, means: Float64Array, scaling: Scaling): Float64Array {
  if (scaling === 'none') return new Float64Array(x.columns).fill(1)
  if (scaling === 'standard') return columnScales(x, means)
  const deviations = columnDeviations(x, means)
  const overall = Math.sqrt(deviations.reduce((sum, value) => sum + value * value, 0) / x.columns)
  return new Float64Array(x.columns).fill(overall > 0 ? overall : 1)
}
