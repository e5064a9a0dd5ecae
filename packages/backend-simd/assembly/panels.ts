// Products of small matrices that lie in the cache; the outer loops belong to the callers. Why the steps are written out
// four times with a look at the end between them stands in gemm-tiles.ts.
import { madd } from './madd'
import { multiply16 } from './panels-wide'
import { WIDE } from './wide'

/**
 * M[t][k] = Σ_c V[t][c]·U[k/8][c][k mod 8] for rows t of `tiles`, by 4×8 register tiles: rows are computed in fours, so V
 * and M need room for them; `outputs` is a multiple of 8. Rows of V lie `rowV` bytes apart and panels of U eight times that, rows
 * of M `rowM`.
 */
export function multiply(
  tiles: i32,
  inputs: i32,
  outputs: i32,
  v: usize,
  rowV: usize,
  u: usize,
  m: usize,
  rowM: usize,
): void {
  const wide = WIDE ? multiply16(tiles, inputs, outputs, v, rowV, u, m, rowM) : 0
  const two = rowV << 1
  const three = rowV + two
  const zero = f32x4.splat(0)
  for (let k = wide; k < outputs; k += 8) {
    const panel = u + <usize>k * rowV
    const end = panel + ((<usize>inputs) << 5)
    for (let t = 0; t < tiles; t += 4) {
      let c00 = zero,
        c01 = zero,
        c10 = zero,
        c11 = zero
      let c20 = zero,
        c21 = zero,
        c30 = zero,
        c31 = zero
      let a = v + <usize>t * rowV,
        b = panel
      // biome-ignore format: a line is what one row of the tile does in a step
      while (true) {
        let b0 = v128.load(b), b1 = v128.load(b, 16)
        let s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a + three); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; a += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a + three); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; a += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a + three); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; a += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a + three); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; a += 4
        if (b >= end) break
      }
      let p = m + <usize>t * rowM + ((<usize>k) << 2)
      v128.store(p, c00)
      v128.store(p, c01, 16)
      p += rowM
      v128.store(p, c10)
      v128.store(p, c11, 16)
      p += rowM
      v128.store(p, c20)
      v128.store(p, c21, 16)
      p += rowM
      v128.store(p, c30)
      v128.store(p, c31, 16)
    }
  }
}

/**
 * How many panels of 12 columns a matrix of `columns` (a multiple of 8) begins with; the 0, 8 or 16 that are left
 * are panels of 8; none in the 256-bit builds. Tiles of 3 × 12 load 6 vectors for 9 multiplications, those of 4 × 8 load 6 for 8: as fast on an idle
 * core, faster where its other hardware thread is busy.
 */
// @ts-ignore: decorator
@inline
export function widePanels(columns: i32): i32 {
  if (WIDE) return 0
  const rest = columns % 12
  return (columns - (rest == 4 ? 16 : rest)) / 12
}

/** First column of the panel that holds column k. */
// @ts-ignore: decorator
@inline
export function panelStart(k: i32, columns: i32): i32 {
  const wide = widePanels(columns) * 12
  return k < wide ? k - (k % 12) : k - ((k - wide) & 7)
}

/** Columns of the panel that holds column k. */
// @ts-ignore: decorator
@inline
export function panelWidth(k: i32, columns: i32): i32 {
  return k < widePanels(columns) * 12 ? 12 : 8
}

/**
 * M[t][k] = Σ_c V[t][c]·U[c][k] for rows t of `tiles`, with U in panels of 12 columns and of 8 ({@link widePanels}). Rows are
 * computed in threes or fours, so V and M need room for the next multiple of 12. The sum goes over `inputs` of `all` channels,
 * from `first` on.
 */
export function multiplyWide(
  tiles: i32,
  first: i32,
  inputs: i32,
  all: i32,
  outputs: i32,
  v: usize,
  u: usize,
  m: usize,
): void {
  const rowV = (<usize>all) << 2
  const rowM = (<usize>outputs) << 2
  const wide = widePanels(outputs) * 12
  const a = v + ((<usize>first) << 2)
  multiply12(tiles, inputs, wide, a, rowV, u + <usize>first * 48, m, rowM)
  const narrow = u + <usize>wide * rowV + ((<usize>first) << 5)
  multiply(tiles, inputs, outputs - wide, a, rowV, narrow, m + ((<usize>wide) << 2), rowM)
}

/** {@link multiplyWide} for panels of 12, by 3×12 register tiles. */
function multiply12(
  tiles: i32,
  inputs: i32,
  outputs: i32,
  v: usize,
  rowV: usize,
  u: usize,
  m: usize,
  rowM: usize,
): void {
  const two = rowV << 1
  const zero = f32x4.splat(0)
  for (let k = 0; k < outputs; k += 12) {
    const panel = u + <usize>k * rowV
    const end = panel + <usize>inputs * 48
    for (let t = 0; t < tiles; t += 3) {
      let c00 = zero,
        c01 = zero,
        c02 = zero
      let c10 = zero,
        c11 = zero,
        c12 = zero
      let c20 = zero,
        c21 = zero,
        c22 = zero
      let a = v + <usize>t * rowV,
        b = panel
      // biome-ignore format: a line is what one row of the tile does in a step
      while (true) {
        let b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32)
        let s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22)
        b += 48; a += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22)
        b += 48; a += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22)
        b += 48; a += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16); b2 = v128.load(b, 32)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02)
        s = v128.load32_splat(a + rowV); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12)
        s = v128.load32_splat(a + two); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22)
        b += 48; a += 4
        if (b >= end) break
      }
      let p = m + <usize>t * rowM + ((<usize>k) << 2)
      v128.store(p, c00)
      v128.store(p, c01, 16)
      v128.store(p, c02, 32)
      p += rowM
      v128.store(p, c10)
      v128.store(p, c11, 16)
      v128.store(p, c12, 32)
      p += rowM
      v128.store(p, c20)
      v128.store(p, c21, 16)
      v128.store(p, c22, 32)
    }
  }
}
