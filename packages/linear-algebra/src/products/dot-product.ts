/** Scalar products, the innermost loop of most of this package. @module */

/** The scalar product of two vectors; four sums at once, for a single one waits for each addition. */
export function dotProduct(a: Float64Array, b: Float64Array): number {
  return dotFrom(a, 0, b, 0, a.length)
}

/** {@link dotProduct} of `length` numbers from a place in each. */
export function dotFrom(a: Float64Array, from: number, b: Float64Array, start: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let k = 0
  for (; k + 3 < length; k += 4) {
    s0 += a[from + k]! * b[start + k]!
    s1 += a[from + k + 1]! * b[start + k + 1]!
    s2 += a[from + k + 2]! * b[start + k + 2]!
    s3 += a[from + k + 3]! * b[start + k + 3]!
  }
  for (; k < length; k++) s0 += a[from + k]! * b[start + k]!
  return s0 + s1 + (s2 + s3)
}
