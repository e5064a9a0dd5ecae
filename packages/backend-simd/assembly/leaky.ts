// A vector of numbers normalized, and the leaky ReLU after it. Used by batch-norm.ts and batch-norm-sums.ts.

// @ts-ignore: decorator
@inline
export function normalized(apart: v128, factor: v128, offset: v128): v128 {
  return f32x4.add(offset, f32x4.mul(apart, factor))
}

/** `value` where z > 0, else slope times it. */
// @ts-ignore: decorator
@inline
export function leaky(z: v128, value: v128, slope: v128): v128 {
  return v128.bitselect(value, f32x4.mul(value, slope), f32x4.gt(z, f32x4.splat(0)))
}
