// SiLU, y = x·σ(x), and its gradient, four at a time.

import { madd } from './madd'
import { expRemainder, ROUND_BITS, roundedPower, splat } from './math'

/**
 * σ(x) = 1 / (1 + e^-x) for x in [−87, 87], constant outside: there x·σ(x) is x or below 1e-35, so the tail's relative
 * precision, which `sigmoidF32x4` keeps, does not matter, and the power of 2 is always a normal number.
 */
// @ts-ignore: decorator
@inline
function logistic(x: v128): v128 {
  const t = f32x4.pmax(f32x4.pmin(f32x4.neg(x), splat(87)), splat(-87))
  const rounded = roundedPower(t)
  const scale = i32x4.shl(i32x4.sub(rounded, i32x4.splat(ROUND_BITS - 127)), 23)
  return f32x4.div(splat(1), madd(expRemainder(t, rounded), scale, splat(1)))
}

/** x·σ(x). */
// @ts-ignore: decorator
@inline
export function siluF32x4(x: v128): v128 {
  return f32x4.mul(x, logistic(x))
}

/** dy·σ(x)·(1 + x·(1 − σ(x))). */
// @ts-ignore: decorator
@inline
export function siluGradF32x4(dy: v128, x: v128): v128 {
  const s = logistic(x)
  const slope = madd(x, f32x4.sub(splat(1), s), splat(1))
  return f32x4.mul(dy, f32x4.mul(s, slope))
}
