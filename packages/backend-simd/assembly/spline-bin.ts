// The bin of a rational-quadratic spline in which a number lies, and the curve within it (spline.ts).
import { expF32x4, splat } from './math'

// The bin of the number at hand, and the sums of the exponentials. Globals are a thread's own.
export let index: i32 = 0
export let x0: f64 = 0
export let width: f64 = 0
export let y0: f64 = 0
export let height: f64 = 0
export let d0: f64 = 1
export let d1: f64 = 1
export let widths: f64 = 0
export let heights: f64 = 0

/** Up to four numbers, zeros behind them: nothing beyond the tensor is read. */
// @ts-ignore: decorator
@inline
export function loadSome(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at)
  let some = v128.load32_zero(at)
  if (count > 1) some = v128.load32_lane(at, some, 1, 4)
  if (count > 2) some = v128.load32_lane(at, some, 2, 8)
  return some
}

// @ts-ignore: decorator
@inline
export function storeSome(at: usize, values: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, values)
    return
  }
  v128.store_lane<f32>(at, values, 0)
  if (count > 1) v128.store_lane<f32>(at, values, 1, 4)
  if (count > 2) v128.store_lane<f32>(at, values, 2, 8)
}

/** 1 + |a / limit|. */
// @ts-ignore: decorator
@inline
export function damping(a: v128, limit: v128): v128 {
  return f32x4.add(splat(1), f32x4.div(f32x4.abs(a), limit))
}

/** e^(a / (1 + |a / limit|)). */
// @ts-ignore: decorator
@inline
function boundedExp(a: v128, limit: v128): v128 {
  return expF32x4(f32x4.div(a, damping(a, limit)))
}

/** Writes the exponentials of a row's `bins` numbers; returns their sum. The limit bounds them, so none overflows. */
function exponentials(theta: usize, bins: i32, limit: f32, out: usize): f64 {
  let total = f64x2.splat(0)
  for (let i = 0; i < bins; i += 4) {
    const e = boundedExp(loadSome(theta + ((<usize>i) << 2), bins - i), splat(limit))
    v128.store(out + ((<usize>i) << 2), e)
    if (i + 4 <= bins) {
      total = f64x2.add(total, f64x2.promote_low_f32x4(e))
      total = f64x2.add(total, f64x2.promote_low_f32x4(v128.shuffle<i64>(e, e, 1, 0)))
    }
  }
  let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)
  for (let i = bins & -4; i < bins; i++) sum += load<f32>(out + ((<usize>i) << 2))
  return sum
}

/** Sets the bin's numbers; false where the value lies outside of [−bound, bound] or is NaN. */
export function findBin(
  value: f64,
  inverse: bool,
  theta: usize,
  bins: i32,
  bound: f64,
  limit: f32,
  scratch: usize,
): bool {
  if (!(value >= -bound && value <= bound)) return false
  const up = scratch + ((<usize>((bins + 3) & -4)) << 2)
  widths = exponentials(theta, bins, limit, scratch)
  heights = exponentials(theta + ((<usize>bins) << 2), bins, limit, up)
  const along = inverse ? up : scratch
  const beside = inverse ? scratch : up
  // Where the value lies, in the unit of the exponentials.
  const place = ((value + bound) * (inverse ? heights : widths)) / (2 * bound)
  let i = 0
  let begin: f64 = 0
  let other: f64 = 0
  for (const last = bins - 1; i < last; i++) {
    const end = begin + load<f32>(along + ((<usize>i) << 2))
    if (place < end) break
    begin = end
    other += load<f32>(beside + ((<usize>i) << 2))
  }
  index = i
  const across = (2 * bound) / widths
  const upward = (2 * bound) / heights
  x0 = (inverse ? other : begin) * across - bound
  y0 = (inverse ? begin : other) * upward - bound
  width = load<f32>(scratch + ((<usize>i) << 2)) * across
  height = load<f32>(up + ((<usize>i) << 2)) * upward
  // e⁰ = 1 is the slope at both ends.
  const inner = theta + ((<usize>(2 * bins - 1 + i)) << 2)
  let slopes = splat(0)
  if (i > 0) slopes = v128.load32_lane(inner, slopes, 0)
  if (i < bins - 1) slopes = v128.load32_lane(inner, slopes, 1, 4)
  slopes = boundedExp(slopes, splat(2 * limit))
  d0 = f32x4.extract_lane(slopes, 0)
  d1 = f32x4.extract_lane(slopes, 1)
  return true
}

// @ts-ignore: decorator
@inline
function unit(value: f64): f64 {
  return min(1, max(0, value))
}

/** ξ of an x in its bin. */
// @ts-ignore: decorator
@inline
export function placeOfX(x: f64): f64 {
  return unit((x - x0) / width)
}

/** ξ of a y in its bin. */
// @ts-ignore: decorator
@inline
export function placeOfY(y: f64): f64 {
  const s = height / width
  const eta = unit((y - y0) / height)
  const curve = eta * (d0 + d1 - 2 * s)
  const b = d0 - curve
  const root = sqrt(max(0, b * b + 4 * (s - d0 + curve) * s * eta))
  return unit((2 * s * eta) / (b + root))
}

// @ts-ignore: decorator
@inline
export function valueAt(xi: f64): f64 {
  const s = height / width
  const bump = xi * (1 - xi)
  return y0 + (height * (s * xi * xi + d0 * bump)) / (s + (d0 + d1 - 2 * s) * bump)
}

/** dy/dx at ξ. */
// @ts-ignore: decorator
@inline
export function slopeAt(xi: f64): f64 {
  const s = height / width
  const rest = 1 - xi
  const denominator = s + (d0 + d1 - 2 * s) * xi * rest
  return (s * s * (d1 * xi * xi + 2 * s * xi * rest + d0 * rest * rest)) / (denominator * denominator)
}
