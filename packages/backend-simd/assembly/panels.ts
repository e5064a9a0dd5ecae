// Products of small matrices that lie in the cache; the outer loops belong to the callers. Why the steps are written out
// four times with a look at the end between them stands in gemm-tiles.ts.
import { madd } from './madd'

/**
 * M[t][k] = Σ_c V[t][c]·U[k/8][c][k mod 8] for rows t of `tiles`, by 4×8 register tiles: rows are computed in fours, so V
 * and M need room for them; `outputs` is a multiple of 8.
 */
export function multiply(tiles: i32, inputs: i32, outputs: i32, v: usize, u: usize, m: usize): void {
  const rowV = <usize>inputs << 2
  const rowM = <usize>outputs << 2
  const two = rowV << 1
  const three = rowV + two
  const zero = f32x4.splat(0)
  for (let k = 0; k < outputs; k += 8) {
    const panel = u + <usize>k * rowV
    const end = panel + (rowV << 3)
    for (let t = 0; t < tiles; t += 4) {
      let c00 = zero, c01 = zero, c10 = zero, c11 = zero
      let c20 = zero, c21 = zero, c30 = zero, c31 = zero
      let a = v + <usize>t * rowV, b = panel
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
      let p = m + <usize>t * rowM + (<usize>k << 2)
      v128.store(p, c00); v128.store(p, c01, 16)
      p += rowM
      v128.store(p, c10); v128.store(p, c11, 16)
      p += rowM
      v128.store(p, c20); v128.store(p, c21, 16)
      p += rowM
      v128.store(p, c30); v128.store(p, c31, 16)
    }
  }
}

/**
 * S[c][k] += Σ_t V[t][c]·W[t][k] by 4×8 register tiles; `inputs` is a multiple of 4, `outputs` of 8. Row t of a factor
 * lies `row` bytes behind the one before it, and its next four channels `next` bytes behind the last four.
 */
export function accumulate(
  tiles: i32, inputs: i32, outputs: i32, v: usize, rowV: usize, nextV: usize, w: usize, rowW: usize, nextW: usize, s: usize,
): void {
  const rowS = <usize>outputs << 2
  for (let c = 0; c < inputs; c += 4, v += nextV) {
    let panel = w
    for (let k = 0; k < outputs; k += 8, panel += nextW << 1) {
      const p0 = s + (<usize>(c * outputs + k) << 2)
      const p1 = p0 + rowS
      const p2 = p1 + rowS
      const p3 = p2 + rowS
      let c00 = v128.load(p0), c01 = v128.load(p0, 16), c10 = v128.load(p1), c11 = v128.load(p1, 16)
      let c20 = v128.load(p2), c21 = v128.load(p2, 16), c30 = v128.load(p3), c31 = v128.load(p3, 16)
      let a = v, b = panel
      const end = b + <usize>tiles * rowW
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
      v128.store(p0, c00); v128.store(p0, c01, 16)
      v128.store(p1, c10); v128.store(p1, c11, 16)
      v128.store(p2, c20); v128.store(p2, c21, 16)
      v128.store(p3, c30); v128.store(p3, c31, 16)
    }
  }
}
