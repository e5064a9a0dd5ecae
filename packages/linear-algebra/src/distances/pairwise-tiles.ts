/**
 * The inner loops of {@link pairwise}: tiles of 4 × 2 pairs, whose eight sums V8 keeps in registers (a third faster
 * than 2 × 2; 4 × 4 is no better). `a` and `b` hold numbers of rows that are multiples of 4, of `size` numbers each;
 * pair (i, j) goes to `out[i * stride + j]`. Other counts fill some rows and a column too many, which nobody reads.
 * Two functions rather than one with a callback, which would cost the loop its speed.
 *
 * @module
 */

/** Squared Euclidean distances. */
export function fillSquared(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  columns: number,
  size: number,
  stride: number,
  out: Float64Array,
): void {
  for (let i = 0; i < rows; i += 4) {
    for (let j = 0; j < columns; j += 2) {
      let p = i * size
      let q = j * size
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      let s20 = 0
      let s21 = 0
      let s30 = 0
      let s31 = 0
      for (const end = p + size; p < end; p++, q++) {
        const u = b[q]!
        const v = b[q + size]!
        const a0 = a[p]!
        const a1 = a[p + size]!
        const a2 = a[p + 2 * size]!
        const a3 = a[p + 3 * size]!
        s00 += (a0 - u) * (a0 - u)
        s01 += (a0 - v) * (a0 - v)
        s10 += (a1 - u) * (a1 - u)
        s11 += (a1 - v) * (a1 - v)
        s20 += (a2 - u) * (a2 - u)
        s21 += (a2 - v) * (a2 - v)
        s30 += (a3 - u) * (a3 - u)
        s31 += (a3 - v) * (a3 - v)
      }
      const at = i * stride + j
      out[at] = s00
      out[at + 1] = s01
      out[at + stride] = s10
      out[at + stride + 1] = s11
      out[at + 2 * stride] = s20
      out[at + 2 * stride + 1] = s21
      out[at + 3 * stride] = s30
      out[at + 3 * stride + 1] = s31
    }
  }
}

/** Sums of absolute differences. */
export function fillManhattan(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  columns: number,
  size: number,
  stride: number,
  out: Float64Array,
): void {
  for (let i = 0; i < rows; i += 4) {
    for (let j = 0; j < columns; j += 2) {
      let p = i * size
      let q = j * size
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      let s20 = 0
      let s21 = 0
      let s30 = 0
      let s31 = 0
      for (const end = p + size; p < end; p++, q++) {
        const u = b[q]!
        const v = b[q + size]!
        const a0 = a[p]!
        const a1 = a[p + size]!
        const a2 = a[p + 2 * size]!
        const a3 = a[p + 3 * size]!
        s00 += Math.abs(a0 - u)
        s01 += Math.abs(a0 - v)
        s10 += Math.abs(a1 - u)
        s11 += Math.abs(a1 - v)
        s20 += Math.abs(a2 - u)
        s21 += Math.abs(a2 - v)
        s30 += Math.abs(a3 - u)
        s31 += Math.abs(a3 - v)
      }
      const at = i * stride + j
      out[at] = s00
      out[at + 1] = s01
      out[at + stride] = s10
      out[at + stride + 1] = s11
      out[at + 2 * stride] = s20
      out[at + 2 * stride + 1] = s21
      out[at + 3 * stride] = s30
      out[at + 3 * stride + 1] = s31
    }
  }
}
