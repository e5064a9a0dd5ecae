// The one-dimensional transforms of Winograd's F(4, 3) and F(3, 4), four channels at a time. Both interpolate at the
// points 0, 1, −1, 2, −2 and infinity, so they share the transform of the input.
// Each reads value i at p + i·s and writes result i to q + i·r.
import { madd, nmadd } from './madd'

// @ts-ignore: decorator
@inline
function scaled(a: v128, factor: f32): v128 {
  return f32x4.mul(a, f32x4.splat(factor))
}

/** Bits of 6 and of 4 values that are all there. */
export const ALL6: i32 = 63
export const ALL4: i32 = 15

/** Value i, or zero where `rows` lacks it: with a constant of all bits no question remains. */
// @ts-ignore: decorator
@inline
export function valueAt(p: usize, s: usize, i: i32, rows: i32): v128 {
  return rows & (1 << i) ? v128.load(p + <usize>i * s) : f32x4.splat(0)
}

// @ts-ignore: decorator
@inline
export function twice(a: v128): v128 {
  return f32x4.add(a, a)
}

/** Bᵀ: 6 inputs → 6 frequencies. `rows` has a bit for each input that is there; the others are zero. */
// @ts-ignore: decorator
@inline
export function inputTransform6(p: usize, s: usize, q: usize, r: usize, rows: i32 = ALL6): void {
  const d0 = valueAt(p, s, 0, rows)
  const d1 = valueAt(p, s, 1, rows)
  const d2 = valueAt(p, s, 2, rows)
  const d3 = valueAt(p, s, 3, rows)
  const d4 = valueAt(p, s, 4, rows)
  const d5 = valueAt(p, s, 5, rows)
  const four = f32x4.splat(4)
  const even = nmadd(d2, four, d4)
  const odd = nmadd(d1, four, d3)
  const even2 = f32x4.sub(d4, d2)
  const odd2 = f32x4.sub(d3, d1)
  const twiceOdd2 = twice(odd2)
  v128.store(q, madd(f32x4.sub(d0, d2), four, even2))
  v128.store(q + r, f32x4.add(even, odd))
  v128.store(q + 2 * r, f32x4.sub(even, odd))
  v128.store(q + 3 * r, f32x4.add(even2, twiceOdd2))
  v128.store(q + 4 * r, f32x4.sub(even2, twiceOdd2))
  v128.store(q + 5 * r, nmadd(odd2, four, f32x4.sub(d5, d3)))
}

/** Aᵀ of F(4, 3): 6 frequencies → 4 outputs, and the bias where `biased`. */
// @ts-ignore: decorator
@inline
export function outputTransform4(p: usize, s: usize, q: usize, r: usize, bias: v128, biased: bool): void {
  const m1 = v128.load(p + s)
  const m2 = v128.load(p + 2 * s)
  const m3 = v128.load(p + 3 * s)
  const m4 = v128.load(p + 4 * s)
  let a = f32x4.add(m1, m2)
  let b = f32x4.sub(m1, m2)
  if (biased) {
    a = f32x4.add(a, bias)
    b = f32x4.add(b, bias)
  }
  const c = f32x4.add(m3, m4)
  const d = twice(f32x4.sub(m3, m4))
  v128.store(q, f32x4.add(v128.load(p), f32x4.add(a, c)))
  v128.store(q + r, f32x4.add(b, d))
  v128.store(q + 2 * r, madd(c, f32x4.splat(4), a))
  v128.store(q + 3 * r, f32x4.add(madd(d, f32x4.splat(4), b), v128.load(p + 5 * s)))
}

/** Aᵀ of F(3, 4): 6 frequencies → 3 filter taps. */
// @ts-ignore: decorator
@inline
export function outputTransform3(p: usize, s: usize, q: usize, r: usize): void {
  const m1 = v128.load(p + s)
  const m2 = v128.load(p + 2 * s)
  const m3 = v128.load(p + 3 * s)
  const m4 = v128.load(p + 4 * s)
  const a = f32x4.add(m1, m2)
  const c = f32x4.add(m3, m4)
  v128.store(q, f32x4.add(v128.load(p), f32x4.add(a, c)))
  v128.store(q + r, madd(f32x4.sub(m3, m4), f32x4.splat(2), f32x4.sub(m1, m2)))
  v128.store(q + 2 * r, f32x4.add(madd(c, f32x4.splat(4), a), v128.load(p + 5 * s)))
}

/** G of F(4, 3): 3 filter taps → 6 frequencies. */
// @ts-ignore: decorator
@inline
export function filterTransform3(p: usize, s: usize, q: usize, r: usize): void {
  const g0 = v128.load(p)
  const g1 = v128.load(p + s)
  const g2 = v128.load(p + 2 * s)
  const even = f32x4.add(g0, g2)
  const even2 = f32x4.add(scaled(g0, 1.0 / 24.0), scaled(g2, 1.0 / 6.0))
  const odd2 = scaled(g1, 1.0 / 12.0)
  v128.store(q, scaled(g0, 0.25))
  v128.store(q + r, scaled(f32x4.add(even, g1), -1.0 / 6.0))
  v128.store(q + 2 * r, scaled(f32x4.sub(even, g1), -1.0 / 6.0))
  v128.store(q + 3 * r, f32x4.add(even2, odd2))
  v128.store(q + 4 * r, f32x4.sub(even2, odd2))
  v128.store(q + 5 * r, g2)
}

/**
 * G of F(3, 4): 4 output gradients → 6 frequencies, which lack the factors 1/4, −1/6, −1/6, 1/24, 1/24, 1: sums of them
 * are scaled once ({@link gradientScale}). `rows` as of {@link inputTransform6}.
 */
// @ts-ignore: decorator
@inline
export function gradientTransform4(p: usize, s: usize, q: usize, r: usize, rows: i32 = ALL4): void {
  const g0 = valueAt(p, s, 0, rows)
  const g1 = valueAt(p, s, 1, rows)
  const g2 = valueAt(p, s, 2, rows)
  const g3 = valueAt(p, s, 3, rows)
  const even = f32x4.add(g0, g2)
  const odd = f32x4.add(g1, g3)
  const even2 = madd(g2, f32x4.splat(4), g0)
  const odd2 = twice(madd(g3, f32x4.splat(4), g1))
  v128.store(q, g0)
  v128.store(q + r, f32x4.add(even, odd))
  v128.store(q + 2 * r, f32x4.sub(even, odd))
  v128.store(q + 3 * r, f32x4.add(even2, odd2))
  v128.store(q + 4 * r, f32x4.sub(even2, odd2))
  v128.store(q + 5 * r, g3)
}

/** The factor of frequency i that {@link gradientTransform4} leaves out. */
// @ts-ignore: decorator
@inline
export function gradientScale(i: usize): f32 {
  return i == 0 ? 0.25 : i == 5 ? 1 : i < 3 ? -1.0 / 6.0 : 1.0 / 24.0
}
