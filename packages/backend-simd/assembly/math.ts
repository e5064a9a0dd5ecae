// Vectorized elementary functions: four float32 at a time. Errors are against float64, over the whole range.
import { madd, nmadd } from './madd'
import { WIDE } from './wide'

// @ts-ignore: decorator
@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value)
}

const constants: usize = memory.data<f32>([
  89, -104, 1.44269504088896341, 12582912, 0.693359375, -2.1219444e-4, 0.0013814537901962896, 0.008368745320002454,
  0.041668390831167704, 0.16666520396771264, 0.49999993431891754, 1, -87,
])
const biasBits: usize = memory.data<i32>([127])

/**
 * A constant of the loops below. V8 13 makes vectors anew wherever they are used, from two immediate numbers and two shuffles;
 * reading one from memory is a single instruction, so in the 256-bit builds they are read: number `i` of the table.
 */
// @ts-ignore: decorator
@inline
function constant(i: usize, value: f32): v128 {
  return WIDE ? v128.load32_splat(constants + (i << 2)) : f32x4.splat(value)
}

// @ts-ignore: decorator
@inline
function bias(): v128 {
  return WIDE ? v128.load32_splat(biasBits) : i32x4.splat(127)
}

/** Added to a number below 2^22 it leaves the nearest whole number in the lowest bits. */
const ROUND: f32 = 12582912
/** Its bits. */
const ROUND_BITS: i32 = 0x4b400000

/** n + {@link ROUND} with n the whole number nearest to x / ln 2, |n| < 2^22: n stands in its lowest bits. */
// @ts-ignore: decorator
@inline
function roundedPower(x: v128): v128 {
  return madd(x, constant(2, 1.44269504088896341), constant(3, ROUND))
}

/**
 * e^r for x = n ln 2 + r, |r| ≤ ln 2 / 2: 1 + r + r² q(r) with q a minimax fit of degree 4 (relative error 3e-9). ln 2 is
 * in two parts, the first with trailing zeros so that n times it is exact.
 */
// @ts-ignore: decorator
@inline
function expRemainder(x: v128, rounded: v128): v128 {
  const n = f32x4.sub(rounded, constant(3, ROUND))
  let r = nmadd(n, constant(4, 0.693359375), x)
  r = nmadd(n, constant(5, -2.1219444e-4), r)
  let q = constant(6, 0.0013814537901962896)
  q = madd(q, r, constant(7, 0.008368745320002454))
  q = madd(q, r, constant(8, 0.041668390831167704))
  q = madd(q, r, constant(9, 0.16666520396771264))
  q = madd(q, r, constant(10, 0.49999993431891754))
  return f32x4.add(constant(11, 1), madd(f32x4.mul(r, r), q, r))
}

/**
 * e^x within 1.2 units in the last place: the power of 2 by the exponent bits, in two halves so that results near the ends
 * of the range are right. pmin, pmax and the rounding by addition are one instruction each; min, max and nearest are not.
 */
// @ts-ignore: decorator
@inline
export function expF32x4(x: v128): v128 {
  // Beyond these e^x is 0 or infinity in float32; NaN passes through.
  const clamped = f32x4.pmax(f32x4.pmin(x, constant(0, 89)), constant(1, -104))
  const rounded = roundedPower(clamped)
  const p = expRemainder(clamped, rounded)
  const exponent = i32x4.sub(rounded, constant(3, ROUND))
  const half = i32x4.shr_s(exponent, 1)
  const scale1 = i32x4.shl(i32x4.add(half, bias()), 23)
  const scale2 = i32x4.shl(i32x4.add(i32x4.sub(exponent, half), bias()), 23)
  return f32x4.mul(f32x4.mul(p, scale1), scale2)
}

/** e^x for x up to 88, with e^−87 ≈ 10⁻³⁸ for all that is smaller: weights of a sum in which the largest is about 1. */
// @ts-ignore: decorator
@inline
export function expWeightF32x4(x: v128): v128 {
  const clamped = f32x4.pmax(x, constant(12, -87))
  const rounded = roundedPower(clamped)
  const exponent = i32x4.sub(rounded, constant(3, ROUND))
  return f32x4.mul(expRemainder(clamped, rounded), i32x4.shl(i32x4.add(exponent, bias()), 23))
}

/** 1 / (1 + e^-x), as e^x / (1 + e^x) below 0: nothing overflows, the tail keeps its precision. */
// @ts-ignore: decorator
@inline
export function sigmoidF32x4(x: v128): v128 {
  const e = expF32x4(f32x4.neg(f32x4.abs(x)))
  const top = v128.bitselect(e, splat(1), f32x4.lt(x, splat(0)))
  return f32x4.div(top, f32x4.add(splat(1), e))
}
