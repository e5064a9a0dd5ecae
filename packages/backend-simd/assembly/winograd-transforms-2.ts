// The one-dimensional transforms of Winograd's F(4, 2) and F(2, 4), four channels at a time, as those of F(4, 3) in
// winograd-transforms.ts: the points are 0, 1, −1, 2 and infinity.
import { madd } from './madd'
import { ALL4, twice, valueAt } from './winograd-transforms'

/** Bits of 5 values that are all there. */
export const ALL5: i32 = 31

/** Bᵀ: 5 inputs → 5 frequencies, or the first 4 (`count`), for which the first 4 inputs do. */
// @ts-ignore: decorator
@inline
export function inputTransform5(p: usize, s: usize, q: usize, r: usize, rows: i32, count: usize): void {
  const d0 = valueAt(p, s, 0, rows)
  const d1 = valueAt(p, s, 1, rows)
  const d2 = valueAt(p, s, 2, rows)
  const d3 = valueAt(p, s, 3, rows)
  const odd = f32x4.sub(d3, d1)
  // Before the first store, where the compiler may still move it.
  const d4 = count == 5 ? valueAt(p, s, 4, rows) : odd
  v128.store(q, f32x4.add(twice(f32x4.sub(d0, d2)), odd))
  v128.store(q + r, f32x4.sub(f32x4.sub(d3, d2), twice(d1)))
  v128.store(q + 2 * r, madd(d2, f32x4.splat(-3), f32x4.add(d3, twice(d1))))
  v128.store(q + 3 * r, odd)
  if (count == 5) v128.store(q + 4 * r, f32x4.sub(f32x4.sub(d4, d2), twice(odd)))
}

/** Aᵀ of F(4, 2): 5 frequencies → 4 outputs, and the bias where `biased`. */
// @ts-ignore: decorator
@inline
export function outputTransform4of5(p: usize, s: usize, q: usize, r: usize, bias: v128, biased: bool): void {
  const m1 = v128.load(p + s)
  const m2 = v128.load(p + 2 * s)
  const m3 = v128.load(p + 3 * s)
  let a = f32x4.add(m1, m2)
  let b = f32x4.sub(m1, m2)
  if (biased) {
    a = f32x4.add(a, bias)
    b = f32x4.add(b, bias)
  }
  v128.store(q, f32x4.add(v128.load(p), f32x4.add(a, m3)))
  v128.store(q + r, f32x4.add(b, twice(m3)))
  v128.store(q + 2 * r, madd(m3, f32x4.splat(4), a))
  v128.store(q + 3 * r, f32x4.add(madd(m3, f32x4.splat(8), b), v128.load(p + 4 * s)))
}

/** Aᵀ of F(2, 4): 5 frequencies → 2 filter taps. */
// @ts-ignore: decorator
@inline
export function outputTransform2(p: usize, s: usize, q: usize, r: usize): void {
  const m1 = v128.load(p + s)
  const m2 = v128.load(p + 2 * s)
  const m3 = v128.load(p + 3 * s)
  v128.store(q, f32x4.add(v128.load(p), f32x4.add(f32x4.add(m1, m2), m3)))
  v128.store(q + r, f32x4.add(f32x4.add(f32x4.sub(m1, m2), twice(m3)), v128.load(p + 4 * s)))
}

/** G of F(4, 2): 2 filter taps → 5 frequencies. */
// @ts-ignore: decorator
@inline
export function filterTransform2(p: usize, s: usize, q: usize, r: usize): void {
  const g0 = v128.load(p)
  const g1 = v128.load(p + s)
  v128.store(q, f32x4.mul(g0, f32x4.splat(0.5)))
  v128.store(q + r, f32x4.mul(f32x4.add(g0, g1), f32x4.splat(-0.5)))
  v128.store(q + 2 * r, f32x4.mul(f32x4.sub(g1, g0), f32x4.splat(1.0 / 6.0)))
  v128.store(q + 3 * r, f32x4.mul(f32x4.add(g0, twice(g1)), f32x4.splat(1.0 / 6.0)))
  v128.store(q + 4 * r, g1)
}

/** G of F(2, 4): 4 output gradients → 5 frequencies, without the factors of {@link gradientScale5}. */
// @ts-ignore: decorator
@inline
export function gradientTransform4to5(p: usize, s: usize, q: usize, r: usize, rows: i32 = ALL4): void {
  const g0 = valueAt(p, s, 0, rows)
  const g1 = valueAt(p, s, 1, rows)
  const g2 = valueAt(p, s, 2, rows)
  const g3 = valueAt(p, s, 3, rows)
  const even = f32x4.add(g0, g2)
  const odd = f32x4.add(g1, g3)
  v128.store(q, g0)
  v128.store(q + r, f32x4.add(even, odd))
  v128.store(q + 2 * r, f32x4.sub(even, odd))
  v128.store(q + 3 * r, f32x4.add(madd(g2, f32x4.splat(4), g0), twice(madd(g3, f32x4.splat(4), g1))))
  v128.store(q + 4 * r, g3)
}

/** The factor of frequency i that {@link gradientTransform4to5} leaves out. */
// @ts-ignore: decorator
@inline
export function gradientScale5(i: usize): f32 {
  return i == 0 ? 0.5 : i == 1 ? -0.5 : i == 2 ? -1.0 / 6.0 : i == 3 ? 1.0 / 6.0 : 1
}
