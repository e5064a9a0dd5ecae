// SiLU, y = x·σ(x), and its gradient, four at a time.

import { sigmoidF32x4, splat } from './math'

/** x·σ(x). */
// @ts-ignore: decorator
@inline
export function siluF32x4(x: v128): v128 {
  return f32x4.mul(x, sigmoidF32x4(x))
}

/** dy·σ(x)·(1 + x·(1 − σ(x))). */
// @ts-ignore: decorator
@inline
export function siluGradF32x4(dy: v128, x: v128): v128 {
  const s = sigmoidF32x4(x)
  const slope = f32x4.add(splat(1), f32x4.mul(x, f32x4.sub(splat(1), s)))
  return f32x4.mul(dy, f32x4.mul(s, slope))
}
