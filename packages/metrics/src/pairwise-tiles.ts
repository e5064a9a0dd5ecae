/**
 * The inner loops of {@link pairwise}: tiles of 2 × 2 pairs, whose four sums V8 keeps in registers. `a` and `b` hold an
 * even number of rows of `size` numbers; pair (i, j) goes to `out[i * stride + j]`. Odd counts fill one row or column
 * too many, which nobody reads. Three functions rather than one with a callback, which would cost the loop its speed.
 *
 * @module
 */

/** Dot products. */
export function fillDot(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  columns: number,
  size: number,
  stride: number,
  out: Float64Array,
): void {
  for (let i = 0; i < rows; i += 2) {
    for (let j = 0; j < columns; j += 2) {
      let a0 = i * size
      let b0 = j * size
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      for (const end = a0 + size; a0 < end; a0++, b0++) {
        const p = a[a0]!
        const q = a[a0 + size]!
        const u = b[b0]!
        const v = b[b0 + size]!
        s00 += p * u
        s01 += p * v
        s10 += q * u
        s11 += q * v
      }
      const at = i * stride + j
      out[at] = s00
      out[at + 1] = s01
      out[at + stride] = s10
      out[at + stride + 1] = s11
    }
  }
}

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
  for (let i = 0; i < rows; i += 2) {
    for (let j = 0; j < columns; j += 2) {
      let a0 = i * size
      let b0 = j * size
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      for (const end = a0 + size; a0 < end; a0++, b0++) {
        const p = a[a0]!
        const q = a[a0 + size]!
        const u = b[b0]!
        const v = b[b0 + size]!
        s00 += (p - u) * (p - u)
        s01 += (p - v) * (p - v)
        s10 += (q - u) * (q - u)
        s11 += (q - v) * (q - v)
      }
      const at = i * stride + j
      out[at] = s00
      out[at + 1] = s01
      out[at + stride] = s10
      out[at + stride + 1] = s11
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
  for (let i = 0; i < rows; i += 2) {
    for (let j = 0; j < columns; j += 2) {
      let a0 = i * size
      let b0 = j * size
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      for (const end = a0 + size; a0 < end; a0++, b0++) {
        const p = a[a0]!
        const q = a[a0 + size]!
        const u = b[b0]!
        const v = b[b0 + size]!
        s00 += Math.abs(p - u)
        s01 += Math.abs(p - v)
        s10 += Math.abs(q - u)
        s11 += Math.abs(q - v)
      }
      const at = i * stride + j
      out[at] = s00
      out[at + 1] = s01
      out[at + stride] = s10
      out[at + stride + 1] = s11
    }
  }
}
