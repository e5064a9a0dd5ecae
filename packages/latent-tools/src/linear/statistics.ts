/** Means, spreads and centring of columns. @module */
import { type Matrix64, rowOf, zeros } from './matrix.ts'

/** The mean of each column. */
export function columnMeans(x: Matrix64): Float64Array {
  const means = new Float64Array(x.columns)
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(x, i)
    for (let j = 0; j < x.columns; j++) means[j]! += row[j]!
  }
  return means.map((sum) => sum / x.rows)
}

/** The standard deviation of each column around `means`, the sum of squares divided by `rows − freedom`. */
export function columnDeviations(x: Matrix64, means: Float64Array = columnMeans(x), freedom = 0): Float64Array {
  const sums = new Float64Array(x.columns)
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(x, i)
    for (let j = 0; j < x.columns; j++) sums[j]! += (row[j]! - means[j]!) ** 2
  }
  return sums.map((sum) => Math.sqrt(sum / Math.max(1, x.rows - freedom)))
}

/** `(x − means) / scales`, column by column. */
export function standardised(x: Matrix64, means: Float64Array, scales?: Float64Array): Matrix64 {
  const out = zeros(x.rows, x.columns)
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++) {
      const at = i * x.columns + j
      out.data[at] = (x.data[at]! - means[j]!) / (scales ? scales[j]! : 1)
    }
  }
  return out
}

/** Columns with mean 0. */
export function centred(x: Matrix64): Matrix64 {
  return standardised(x, columnMeans(x))
}

/** The sum of all squares. */
export function sumOfSquares(x: Matrix64): number {
  return x.data.reduce((sum, value) => sum + value * value, 0)
}

/** The mean of some numbers. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}
