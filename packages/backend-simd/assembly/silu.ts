// SiLU, y = x·σ(x), and its gradient, four at a time. Group norm does little else than these, so operations are few.
import { madd, nmadd } from './madd'
import { splat } from './math'
import { WIDE } from './wide'

/** Added to a number it leaves the nearest whole one, plus a float's exponent bias of 127, in the lowest bits. */
const ROUND: f32 = 12583039
const LOG2E: f32 = 1.44269504088896341

const constants: usize = memory.data<f32>([
  87, -87, 1.44269504088896341, 12583039, 0.0013264727197331665, 0.009671512639651334, 0.05550733743251627,
  0.24022242085375042, 0.6931469775991645, 1,
])

/** Number `i` of the table; see `constant` in math.ts. */
// @ts-ignore: decorator
@inline
function constant(i: usize, value: f32): v128 {
  return WIDE ? v128.load32_splat(constants + (i << 2)) : splat(value)
}

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
  const t = f32x4.pmax(f32x4.pmin(x, constant(0, 87)), constant(1, -87))
  const rounded = nmadd(t, constant(2, LOG2E), constant(3, ROUND))
  const r = nmadd(t, constant(2, LOG2E), f32x4.sub(constant(3, ROUND), rounded))
  let p = madd(constant(4, 0.0013264727197331665), r, constant(5, 0.009671512639651334))
  p = madd(p, r, constant(6, 0.05550733743251627))
  p = madd(p, r, constant(7, 0.24022242085375042))
  p = madd(p, r, constant(8, 0.6931469775991645))
  p = madd(p, r, constant(9, 1))
  return f32x4.div(constant(9, 1), madd(p, i32x4.shl(rounded, 23), constant(9, 1)))
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
  const slope = madd(x, f32x4.sub(constant(9, 1), s), constant(9, 1))
  return f32x4.mul(dy, f32x4.mul(s, slope))
}
