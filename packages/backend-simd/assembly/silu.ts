// SiLU, y = x·σ(x), and its gradient, four at a time. Group norm does little else than these, so operations are few.
import { madd, nmadd } from './madd'
import { splat } from './math'

/** Added to a number it leaves the nearest whole one, plus a float's exponent bias of 127, in the lowest bits. */
const ROUND: f32 = 12583039
const LOG2E: f32 = 1.44269504088896341

/**
 * σ(x) = 1 / (1 + e^-x) for x in [−87, 87], constant outside: there x·σ(x) is x or below 1e-35, so the tail's relative
 * precision, which `sigmoidF32x4` keeps, does not matter, and the power of 2 is always a normal number.
 *
 * e^-x = 2^n·2^r with |r| ≤ 1/2, 2^r a minimax fit of degree 5 (relative error 1.1e-7). The rounding of x·log₂e, and of that
 * constant, make a relative error of 8e-8·|x| where σ(x) is small.
 */
// @ts-ignore: decorator
@inline
function logistic(x: v128): v128 {
  const t = f32x4.pmax(f32x4.pmin(x, splat(87)), splat(-87))
  const rounded = nmadd(t, splat(LOG2E), splat(ROUND))
  const r = nmadd(t, splat(LOG2E), f32x4.sub(splat(ROUND), rounded))
  let p = madd(splat(0.0013264727197331665), r, splat(0.009671512639651334))
  p = madd(p, r, splat(0.05550733743251627))
  p = madd(p, r, splat(0.24022242085375042))
  p = madd(p, r, splat(0.6931469775991645))
  p = madd(p, r, splat(1))
  return f32x4.div(splat(1), madd(p, i32x4.shl(rounded, 23), splat(1)))
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
