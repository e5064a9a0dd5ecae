// Vectorised elementary functions: four float32 at a time. Errors are against float64, over the whole range.

// @ts-ignore: decorator
@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value)
}

/**
 * e^x, relative error below 2e-7: x = n ln 2 + r with |r| ≤ ln 2 / 2, e^r by its series to r^7 (minimax is not
 * needed at float32), 2^n by the exponent bits in two halves so that results near the ends of the range are right.
 */
// @ts-ignore: decorator
@inline
export function expF32x4(x: v128): v128 {
  // Beyond these e^x is 0 or infinity in float32; NaN passes through min and max.
  const clamped = f32x4.max(f32x4.min(x, splat(89)), splat(-104))
  const n = f32x4.nearest(f32x4.mul(clamped, splat(1.44269504088896341)))
  // ln 2 in two parts, the first with trailing zeros so that n times it is exact.
  let r = f32x4.sub(clamped, f32x4.mul(n, splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, splat(-2.12194440e-4)))
  let p = splat(1.0 / 5040.0)
  p = f32x4.add(f32x4.mul(p, r), splat(1.0 / 720.0))
  p = f32x4.add(f32x4.mul(p, r), splat(1.0 / 120.0))
  p = f32x4.add(f32x4.mul(p, r), splat(1.0 / 24.0))
  p = f32x4.add(f32x4.mul(p, r), splat(1.0 / 6.0))
  p = f32x4.add(f32x4.mul(p, r), splat(0.5))
  p = f32x4.add(f32x4.mul(p, r), splat(1))
  p = f32x4.add(f32x4.mul(p, r), splat(1))
  const exponent = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(exponent, 1)
  const scale1 = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23)
  const scale2 = i32x4.shl(i32x4.add(i32x4.sub(exponent, half), i32x4.splat(127)), 23)
  return f32x4.mul(f32x4.mul(p, scale1), scale2)
}

/** 1 / (1 + e^-x), as e^x / (1 + e^x) below 0: nothing overflows, the tail keeps its precision. */
// @ts-ignore: decorator
@inline
export function sigmoidF32x4(x: v128): v128 {
  const e = expF32x4(f32x4.neg(f32x4.abs(x)))
  const top = v128.bitselect(e, splat(1), f32x4.lt(x, splat(0)))
  return f32x4.div(top, f32x4.add(splat(1), e))
}
