// Products of small matrices that lie in the cache; the outer loops belong to the callers.

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(c, f32x4.mul(a, b))
}

/**
 * M[t][k] = Σ_c V[t][c]·U[k/8][c][k mod 8] for rows t of `tiles`, by 4×8 register tiles: rows are computed in fours, so V
 * and M need room for them; `outputs` is a multiple of 8.
 */
export function multiply(tiles: i32, inputs: i32, outputs: i32, v: usize, u: usize, m: usize): void {
  const rowV = <usize>inputs << 2
  const rowM = <usize>outputs << 2
  const zero = f32x4.splat(0)
  for (let k = 0; k < outputs; k += 8) {
    const panel = u + <usize>k * rowV
    const end = panel + (rowV << 3)
    for (let t = 0; t < tiles; t += 4) {
      let a = v + <usize>t * rowV
      const two = rowV << 1
      const three = rowV + two
      let c00 = zero
      let c01 = zero
      let c10 = zero
      let c11 = zero
      let c20 = zero
      let c21 = zero
      let c30 = zero
      let c31 = zero
      for (let b = panel; b < end; b += 32, a += 4) {
        const b0 = v128.load(b)
        const b1 = v128.load(b, 16)
        let s = v128.load32_splat(a)
        c00 = madd(s, b0, c00)
        c01 = madd(s, b1, c01)
        s = v128.load32_splat(a + rowV)
        c10 = madd(s, b0, c10)
        c11 = madd(s, b1, c11)
        s = v128.load32_splat(a + two)
        c20 = madd(s, b0, c20)
        c21 = madd(s, b1, c21)
        s = v128.load32_splat(a + three)
        c30 = madd(s, b0, c30)
        c31 = madd(s, b1, c31)
      }
      let p = m + <usize>t * rowM + (<usize>k << 2)
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

/** S[c][k] += Σ_t V[t][c]·W[t][k] by 4×8 register tiles; `inputs` is a multiple of 4, `outputs` of 8. */
export function accumulate(tiles: i32, inputs: i32, outputs: i32, v: usize, w: usize, s: usize): void {
  const rowV = <usize>inputs << 2
  const rowW = <usize>outputs << 2
  for (let c = 0; c < inputs; c += 4) {
    for (let k = 0; k < outputs; k += 8) {
      const p0 = s + (<usize>(c * outputs + k) << 2)
      const p1 = p0 + rowW
      const p2 = p1 + rowW
      const p3 = p2 + rowW
      let s00 = v128.load(p0)
      let s01 = v128.load(p0, 16)
      let s10 = v128.load(p1)
      let s11 = v128.load(p1, 16)
      let s20 = v128.load(p2)
      let s21 = v128.load(p2, 16)
      let s30 = v128.load(p3)
      let s31 = v128.load(p3, 16)
      let a = v + (<usize>c << 2)
      let b = w + (<usize>k << 2)
      for (let t = 0; t < tiles; t++, a += rowV, b += rowW) {
        const b0 = v128.load(b)
        const b1 = v128.load(b, 16)
        let x = v128.load32_splat(a)
        s00 = madd(x, b0, s00)
        s01 = madd(x, b1, s01)
        x = v128.load32_splat(a, 4)
        s10 = madd(x, b0, s10)
        s11 = madd(x, b1, s11)
        x = v128.load32_splat(a, 8)
        s20 = madd(x, b0, s20)
        s21 = madd(x, b1, s21)
        x = v128.load32_splat(a, 12)
        s30 = madd(x, b0, s30)
        s31 = madd(x, b1, s31)
      }
      v128.store(p0, s00)
      v128.store(p0, s01, 16)
      v128.store(p1, s10)
      v128.store(p1, s11, 16)
      v128.store(p2, s20)
      v128.store(p2, s21, 16)
      v128.store(p3, s30)
      v128.store(p3, s31, 16)
    }
  }
}
