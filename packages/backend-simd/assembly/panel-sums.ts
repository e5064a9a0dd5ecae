// Sums of outer products of small matrices that lie in the cache; see panels.ts.
import { madd } from './madd'
import { accumulate16 } from './panels-wide'
import { WIDE } from './wide'

/**
 * S[c][k] = Σ_t V[t][c]·W[t][k], or, unless `fresh`, S with that added, by 4×8 register tiles; `inputs` is a multiple of 4,
 * `outputs` of 8. Row t of a factor lies `row` bytes behind the one before it, and its next four channels `next` bytes behind
 * the last four; in the 256-bit builds `inputs` is a multiple of 8, and it is the next eight channels.
 */
export function accumulate(
  tiles: i32,
  inputs: i32,
  outputs: i32,
  v: usize,
  rowV: usize,
  nextV: usize,
  w: usize,
  rowW: usize,
  nextW: usize,
  s: usize,
  fresh: bool,
): void {
  const rowS = (<usize>outputs) << 2
  if (WIDE) {
    const k = accumulate16(tiles, inputs, outputs, v, rowV, nextV, w, rowW, nextW, s, rowS, fresh)
    if (k == outputs) return
    w += <usize>(k >> 3) * nextW
    s += (<usize>k) << 2
    for (let c = 0; c < inputs; c += 8, v += nextV, s += rowS << 3)
      accumulate4(tiles, 8, 8, v, rowV, 16, w, rowW, 16, s, rowS, fresh)
  } else accumulate4(tiles, inputs, outputs, v, rowV, nextV, w, rowW, nextW, s, rowS, fresh)
}

/** {@link accumulate} by 4×8 tiles; row c of S lies `rowS` bytes behind the one before it. */
function accumulate4(
  tiles: i32,
  inputs: i32,
  outputs: i32,
  v: usize,
  rowV: usize,
  nextV: usize,
  w: usize,
  rowW: usize,
  nextW: usize,
  s: usize,
  rowS: usize,
  fresh: bool,
): void {
  for (let c = 0; c < inputs; c += 4, v += nextV) {
    let panel = w
    for (let k = 0; k < outputs; k += 8, panel += nextW << 1) {
      const p0 = s + <usize>c * rowS + ((<usize>k) << 2)
      const p1 = p0 + rowS
      const p2 = p1 + rowS
      const p3 = p2 + rowS
      let c00 = f32x4.splat(0),
        c01 = c00,
        c10 = c00,
        c11 = c00
      let c20 = c00,
        c21 = c00,
        c30 = c00,
        c31 = c00
      if (!fresh) {
        c00 = v128.load(p0)
        c01 = v128.load(p0, 16)
        c10 = v128.load(p1)
        c11 = v128.load(p1, 16)
        c20 = v128.load(p2)
        c21 = v128.load(p2, 16)
        c30 = v128.load(p3)
        c31 = v128.load(p3, 16)
      }
      let a = v,
        b = panel
      const end = b + <usize>tiles * rowW
      // biome-ignore format: a line is what one row of the tile does in a step
      while (true) {
        let b0 = v128.load(b), b1 = v128.load(b + nextW)
        let s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += rowW; a += rowV
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b + nextW)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += rowW; a += rowV
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b + nextW)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += rowW; a += rowV
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b + nextW)
        s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += rowW; a += rowV
        if (b >= end) break
      }
      v128.store(p0, c00)
      v128.store(p0, c01, 16)
      v128.store(p1, c10)
      v128.store(p1, c11, 16)
      v128.store(p2, c20)
      v128.store(p2, c21, 16)
      v128.store(p3, c30)
      v128.store(p3, c31, 16)
    }
  }
}
