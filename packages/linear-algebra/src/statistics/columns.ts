/** Means, spreads and centering of columns. @module */
import { type Matrix, type Matrix64, rowOf, zeroMatrix } from '../matrices/matrix.ts'
import { dotProduct } from '../products/dot-product.ts'

/** A column whose deviation is a smaller share of its mean varies by rounding only. */
const rounding = 1e-14

/** The mean of each column, summed from the first row on: the mean of equal numbers is that number exactly. */
export function columnMeans(x: Matrix64): Float64Array {
  const means = new Float64Array(x.columns)
  const first = rowOf(x, 0)
  let i = 1
  // Four rows at once, for a single one waits for memory.
  for (; i + 3 < x.rows; i += 4) {
    const [p, q, r, s] = [rowOf(x, i), rowOf(x, i + 1), rowOf(x, i + 2), rowOf(x, i + 3)]
    for (let j = 0; j < x.columns; j++) {
      const start = first[j]!
      means[j]! += p[j]! - start + (q[j]! - start) + (r[j]! - start + (s[j]! - start))
    }
  }
  for (; i < x.rows; i++) {
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
  const { rows, columns, data } = x
  const out = zeroMatrix(rows, columns)
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) out.data[at] = data[at]! - means[j]!
    if (scales) for (let j = 0, to = at - columns; j < columns; j++, to++) out.data[to]! /= scales[j]!
  }
  return out
}

/** Columns with mean 0. */
export function centered(x: Matrix64): Matrix64 {
  return standardized(x, columnMeans(x))
}

/** The sum of all squares. */
export function sumOfSquares({ data }: Matrix64): number {
  return dotProduct(data, data)
}

/** The largest magnitude in a matrix; NaN where one is. Four at once, for a single one waits for each comparison. */
export function largestOf({ data }: Matrix): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < data.length; i += 4) {
    a = Math.max(a, Math.abs(data[i]!))
    b = Math.max(b, Math.abs(data[i + 1]!))
    c = Math.max(c, Math.abs(data[i + 2]!))
    d = Math.max(d, Math.abs(data[i + 3]!))
  }
  for (; i < data.length; i++) a = Math.max(a, Math.abs(data[i]!))
  return Math.max(a, b, c, d)
}

/** The mean of some numbers. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}
