// The one-dimensional transforms of winograd-transforms.ts and winograd-transforms-2.ts for eight channels: everything is
// written twice, so that V8 joins the two (wide.ts). `xh` is the vector above x.
import { zeros } from './gemm-pack'
import { madd, nmadd } from './madd'
import { twice } from './winograd-transforms'

/** Where value i stands, or zeros where `rows` lacks it. */
// @ts-ignore: decorator
@inline
function placeAt(p: usize, s: usize, i: i32, rows: i32): usize {
  return select<usize>(p + <usize>i * s, zeros, (rows & (1 << i)) != 0)
}

/** Bᵀ of F(4, 3) and F(3, 4): 6 inputs → 6 frequencies. */
// @ts-ignore: decorator
@inline
export function inputTransform6x2(p: usize, s: usize, q: usize, r: usize, rows: i32): void {
  const p0 = placeAt(p, s, 0, rows)
  const d0 = v128.load(p0)
  const d0h = v128.load(p0, 16)
  const p1 = placeAt(p, s, 1, rows)
  const d1 = v128.load(p1)
  const d1h = v128.load(p1, 16)
  const p2 = placeAt(p, s, 2, rows)
  const d2 = v128.load(p2)
  const d2h = v128.load(p2, 16)
  const p3 = placeAt(p, s, 3, rows)
  const d3 = v128.load(p3)
  const d3h = v128.load(p3, 16)
  const p4 = placeAt(p, s, 4, rows)
  const d4 = v128.load(p4)
  const d4h = v128.load(p4, 16)
  const p5 = placeAt(p, s, 5, rows)
  const d5 = v128.load(p5)
  const d5h = v128.load(p5, 16)
  const four = f32x4.splat(4)
  const even = nmadd(d2, four, d4)
  const evenh = nmadd(d2h, four, d4h)
  const odd = nmadd(d1, four, d3)
  const oddh = nmadd(d1h, four, d3h)
  const even2 = f32x4.sub(d4, d2)
  const even2h = f32x4.sub(d4h, d2h)
  const odd2 = f32x4.sub(d3, d1)
  const odd2h = f32x4.sub(d3h, d1h)
  const twiceOdd2 = twice(odd2)
  const twiceOdd2h = twice(odd2h)
  v128.store(q, madd(f32x4.sub(d0, d2), four, even2))
  v128.store(q, madd(f32x4.sub(d0h, d2h), four, even2h), 16)
  v128.store(q + r, f32x4.add(even, odd))
  v128.store(q + r, f32x4.add(evenh, oddh), 16)
  v128.store(q + 2 * r, f32x4.sub(even, odd))
  v128.store(q + 2 * r, f32x4.sub(evenh, oddh), 16)
  v128.store(q + 3 * r, f32x4.add(even2, twiceOdd2))
  v128.store(q + 3 * r, f32x4.add(even2h, twiceOdd2h), 16)
  v128.store(q + 4 * r, f32x4.sub(even2, twiceOdd2))
  v128.store(q + 4 * r, f32x4.sub(even2h, twiceOdd2h), 16)
  v128.store(q + 5 * r, nmadd(odd2, four, f32x4.sub(d5, d3)))
  v128.store(q + 5 * r, nmadd(odd2h, four, f32x4.sub(d5h, d3h)), 16)
}

/** Aᵀ of F(4, 3): 6 frequencies → 4 outputs, and the bias where `biased`. */
// @ts-ignore: decorator
@inline
export function outputTransform4x2(
  p: usize,
  s: usize,
  q: usize,
  r: usize,
  bias: v128,
  biasHigh: v128,
  biased: bool,
): void {
  const m1 = v128.load(p + s)
  const m1h = v128.load(p + s, 16)
  const m2 = v128.load(p + 2 * s)
  const m2h = v128.load(p + 2 * s, 16)
  const m3 = v128.load(p + 3 * s)
  const m3h = v128.load(p + 3 * s, 16)
  const m4 = v128.load(p + 4 * s)
  const m4h = v128.load(p + 4 * s, 16)
  const m0 = v128.load(p)
  const m0h = v128.load(p, 16)
  const m5 = v128.load(p + 5 * s)
  const m5h = v128.load(p + 5 * s, 16)
  let a = f32x4.add(m1, m2)
  let ah = f32x4.add(m1h, m2h)
  let b = f32x4.sub(m1, m2)
  let bh = f32x4.sub(m1h, m2h)
  if (biased) {
    a = f32x4.add(a, bias)
    ah = f32x4.add(ah, biasHigh)
    b = f32x4.add(b, bias)
    bh = f32x4.add(bh, biasHigh)
  }
  const c = f32x4.add(m3, m4)
  const ch = f32x4.add(m3h, m4h)
  const d = twice(f32x4.sub(m3, m4))
  const dh = twice(f32x4.sub(m3h, m4h))
  v128.store(q, f32x4.add(m0, f32x4.add(a, c)))
  v128.store(q, f32x4.add(m0h, f32x4.add(ah, ch)), 16)
  v128.store(q + r, f32x4.add(b, d))
  v128.store(q + r, f32x4.add(bh, dh), 16)
  v128.store(q + 2 * r, madd(c, f32x4.splat(4), a))
  v128.store(q + 2 * r, madd(ch, f32x4.splat(4), ah), 16)
  v128.store(q + 3 * r, f32x4.add(madd(d, f32x4.splat(4), b), m5))
  v128.store(q + 3 * r, f32x4.add(madd(dh, f32x4.splat(4), bh), m5h), 16)
}

/** G of F(3, 4): 4 output gradients → 6 frequencies, without their factors. */
// @ts-ignore: decorator
@inline
export function gradientTransform4x2(p: usize, s: usize, q: usize, r: usize, rows: i32): void {
  const p0 = placeAt(p, s, 0, rows)
  const g0 = v128.load(p0)
  const g0h = v128.load(p0, 16)
  const p1 = placeAt(p, s, 1, rows)
  const g1 = v128.load(p1)
  const g1h = v128.load(p1, 16)
  const p2 = placeAt(p, s, 2, rows)
  const g2 = v128.load(p2)
  const g2h = v128.load(p2, 16)
  const p3 = placeAt(p, s, 3, rows)
  const g3 = v128.load(p3)
  const g3h = v128.load(p3, 16)
  const even = f32x4.add(g0, g2)
  const evenh = f32x4.add(g0h, g2h)
  const odd = f32x4.add(g1, g3)
  const oddh = f32x4.add(g1h, g3h)
  const even2 = madd(g2, f32x4.splat(4), g0)
  const even2h = madd(g2h, f32x4.splat(4), g0h)
  const odd2 = twice(madd(g3, f32x4.splat(4), g1))
  const odd2h = twice(madd(g3h, f32x4.splat(4), g1h))
  v128.store(q, g0)
  v128.store(q, g0h, 16)
  v128.store(q + r, f32x4.add(even, odd))
  v128.store(q + r, f32x4.add(evenh, oddh), 16)
  v128.store(q + 2 * r, f32x4.sub(even, odd))
  v128.store(q + 2 * r, f32x4.sub(evenh, oddh), 16)
  v128.store(q + 3 * r, f32x4.add(even2, odd2))
  v128.store(q + 3 * r, f32x4.add(even2h, odd2h), 16)
  v128.store(q + 4 * r, f32x4.sub(even2, odd2))
  v128.store(q + 4 * r, f32x4.sub(even2h, odd2h), 16)
  v128.store(q + 5 * r, g3)
  v128.store(q + 5 * r, g3h, 16)
}

/** Bᵀ of F(4, 2): 5 inputs → 5 frequencies. */
// @ts-ignore: decorator
@inline
export function inputTransform5x2(p: usize, s: usize, q: usize, r: usize, rows: i32, count: usize): void {
  const p0 = placeAt(p, s, 0, rows)
  const d0 = v128.load(p0)
  const d0h = v128.load(p0, 16)
  const p1 = placeAt(p, s, 1, rows)
  const d1 = v128.load(p1)
  const d1h = v128.load(p1, 16)
  const p2 = placeAt(p, s, 2, rows)
  const d2 = v128.load(p2)
  const d2h = v128.load(p2, 16)
  const p3 = placeAt(p, s, 3, rows)
  const d3 = v128.load(p3)
  const d3h = v128.load(p3, 16)
  const p4 = count == 5 ? placeAt(p, s, 4, rows) : p3
  const d4 = v128.load(p4)
  const d4h = v128.load(p4, 16)
  const odd = f32x4.sub(d3, d1)
  const oddh = f32x4.sub(d3h, d1h)
  v128.store(q, f32x4.add(twice(f32x4.sub(d0, d2)), odd))
  v128.store(q, f32x4.add(twice(f32x4.sub(d0h, d2h)), oddh), 16)
  v128.store(q + r, f32x4.sub(f32x4.sub(d3, d2), twice(d1)))
  v128.store(q + r, f32x4.sub(f32x4.sub(d3h, d2h), twice(d1h)), 16)
  v128.store(q + 2 * r, madd(d2, f32x4.splat(-3), f32x4.add(d3, twice(d1))))
  v128.store(q + 2 * r, madd(d2h, f32x4.splat(-3), f32x4.add(d3h, twice(d1h))), 16)
  v128.store(q + 3 * r, odd)
  v128.store(q + 3 * r, oddh, 16)
  if (count < 5) return
  v128.store(q + 4 * r, f32x4.sub(f32x4.sub(d4, d2), twice(odd)))
  v128.store(q + 4 * r, f32x4.sub(f32x4.sub(d4h, d2h), twice(oddh)), 16)
}

/** Aᵀ of F(4, 2): 5 frequencies → 4 outputs, and the bias where `biased`. */
// @ts-ignore: decorator
@inline
export function outputTransform4of5x2(
  p: usize,
  s: usize,
  q: usize,
  r: usize,
  bias: v128,
  biasHigh: v128,
  biased: bool,
): void {
  const m1 = v128.load(p + s)
  const m1h = v128.load(p + s, 16)
  const m2 = v128.load(p + 2 * s)
  const m2h = v128.load(p + 2 * s, 16)
  const m3 = v128.load(p + 3 * s)
  const m3h = v128.load(p + 3 * s, 16)
  const m0 = v128.load(p)
  const m0h = v128.load(p, 16)
  const m4 = v128.load(p + 4 * s)
  const m4h = v128.load(p + 4 * s, 16)
  let a = f32x4.add(m1, m2)
  let ah = f32x4.add(m1h, m2h)
  let b = f32x4.sub(m1, m2)
  let bh = f32x4.sub(m1h, m2h)
  if (biased) {
    a = f32x4.add(a, bias)
    ah = f32x4.add(ah, biasHigh)
    b = f32x4.add(b, bias)
    bh = f32x4.add(bh, biasHigh)
  }
  v128.store(q, f32x4.add(m0, f32x4.add(a, m3)))
  v128.store(q, f32x4.add(m0h, f32x4.add(ah, m3h)), 16)
  v128.store(q + r, f32x4.add(b, twice(m3)))
  v128.store(q + r, f32x4.add(bh, twice(m3h)), 16)
  v128.store(q + 2 * r, madd(m3, f32x4.splat(4), a))
  v128.store(q + 2 * r, madd(m3h, f32x4.splat(4), ah), 16)
  v128.store(q + 3 * r, f32x4.add(madd(m3, f32x4.splat(8), b), m4))
  v128.store(q + 3 * r, f32x4.add(madd(m3h, f32x4.splat(8), bh), m4h), 16)
}

/** G of F(2, 4): 4 output gradients → 5 frequencies, without their factors. */
// @ts-ignore: decorator
@inline
export function gradientTransform4to5x2(p: usize, s: usize, q: usize, r: usize, rows: i32): void {
  const p0 = placeAt(p, s, 0, rows)
  const g0 = v128.load(p0)
  const g0h = v128.load(p0, 16)
  const p1 = placeAt(p, s, 1, rows)
  const g1 = v128.load(p1)
  const g1h = v128.load(p1, 16)
  const p2 = placeAt(p, s, 2, rows)
  const g2 = v128.load(p2)
  const g2h = v128.load(p2, 16)
  const p3 = placeAt(p, s, 3, rows)
  const g3 = v128.load(p3)
  const g3h = v128.load(p3, 16)
  const even = f32x4.add(g0, g2)
  const evenh = f32x4.add(g0h, g2h)
  const odd = f32x4.add(g1, g3)
  const oddh = f32x4.add(g1h, g3h)
  v128.store(q, g0)
  v128.store(q, g0h, 16)
  v128.store(q + r, f32x4.add(even, odd))
  v128.store(q + r, f32x4.add(evenh, oddh), 16)
  v128.store(q + 2 * r, f32x4.sub(even, odd))
  v128.store(q + 2 * r, f32x4.sub(evenh, oddh), 16)
  v128.store(q + 3 * r, f32x4.add(madd(g2, f32x4.splat(4), g0), twice(madd(g3, f32x4.splat(4), g1))))
  v128.store(q + 3 * r, f32x4.add(madd(g2h, f32x4.splat(4), g0h), twice(madd(g3h, f32x4.splat(4), g1h))), 16)
  v128.store(q + 4 * r, g3)
  v128.store(q + 4 * r, g3h, 16)
}
