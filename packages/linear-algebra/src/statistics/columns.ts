/** Means, spreads and centering of columns. @module */
import { type Matrix, type Matrix64, rowOf, zeroMatrix } from '../matrices/matrix.ts'

/** A column whose deviation is a smaller share of its mean varies by rounding only. */
const rounding = 1e-14

/** The mean of each column, summed from the first row on: the mean of equal numbers is that number exactly. */
export function columnMeans(x: Matrix64): Float64Array {
  const means = new Float64Array(x.columns)
  const first = rowOf(x, 0)
  for (let i = 1; i < x.rows; i++) {
    const row = rowOf(x, i)
    for (let j = 0; j < x.columns; j++) means[j]! += row[j]! - first[j]!
  }
  return means.map((sum, j) => first[j]! + sum / x.rows)
}

/**
 * The standard deviation of each column around `means`, the sum of squares divided by `rows − freedom`; exactly 0 for a
 * column that varies by rounding only, so that nothing is ever scaled by noise.
 */
export function columnDeviations(x: Matrix64, means: Float64Array = columnMeans(x), freedom = 0): Float64Array {
  const sums = new Float64Array(x.columns)
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(x, i)
    for (let j = 0; j < x.columns; j++) sums[j]! += (row[j]! - means[j]!) ** 2
  }
  return sums.map((sum, j) => {
    const deviation = Math.sqrt(sum / Math.max(1, x.rows - freedom))
    return deviation > rounding * Math.abs(means[j]!) ? deviation : 0
  })
}

/** What columns are divided by to have deviation 1: their deviations, and 1 for those that do not vary. */
export function columnScales(x: Matrix64, means?: Float64Array): Float64Array {
  return columnDeviations(x, means).map((deviation) => (deviation > 0 ? deviation : 1))
}

/** `(x − means) / scales`, column by column. */
export function standardized(x: Matrix64, means: Float64Array, scales?: Float64Array): Matrix64 {
  const out = zeroMatrix(x.rows, x.columns)
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++) {
      const at = i * x.columns + j
      out.data[at] = (x.data[at]! - means[j]!) / (scales ? scales[j]! : 1)
    }
  }
  return out
}

/** Columns with mean 0. */
export function centered(x: Matrix64): Matrix64 {
  return standardized(x, columnMeans(x))
}

/** The sum of all squares. */
export function sumOfSquares(x: Matrix64): number {
  return x.data.reduce((sum, value) => sum + value * value, 0)
}

/** The largest magnitude in a matrix. */
export function largestOf({ data }: Matrix): number {
  let largest = 0
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!))
  return largest
}

/** The mean of some numbers. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}
