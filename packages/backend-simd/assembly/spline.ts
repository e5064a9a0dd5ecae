// Rational-quadratic splines and their gradient; formulas as in packages/flows/src/spline-math.ts. JavaScript side:
// src/kernels/spline.ts. Exponentials and logarithms are float32's, four at a time; all between them is float64.
// Arguments: count, bins, inverse, bound and limit (floats), scratch and its stride, then pointers: x, θ, result for
// `spline`; dy, x, θ, dx, dθ for `splineGrad`. The limit is |log slope| / 2.
import { expF32x4, splat } from './math'
import { logF32x4 } from './math-more'
import { chunkStart, threadIndex } from './threads'

// The bin of the number at hand, and the sums of the exponentials. Globals are a thread's own.
let index: i32 = 0
let x0: f64 = 0
let width: f64 = 0
let y0: f64 = 0
let height: f64 = 0
let d0: f64 = 1
let d1: f64 = 1
let widths: f64 = 0
let heights: f64 = 0
// The adjoints of x, and of the bin's numbers.
let gX: f64 = 0
let gBegin: f64 = 0
let gWidth: f64 = 0
let gLow: f64 = 0
let gHeight: f64 = 0
let g0: f64 = 0
let g1: f64 = 0

/** Up to four numbers, zeros behind them: nothing beyond the tensor is read. */
// @ts-ignore: decorator
@inline
function loadSome(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at)
  let some = v128.load32_zero(at)
  if (count > 1) some = v128.load32_lane(at, some, 1, 4)
  if (count > 2) some = v128.load32_lane(at, some, 2, 8)
  return some
}

// @ts-ignore: decorator
@inline
function storeSome(at: usize, values: v128, count: i32): void {
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
function damping(a: v128, limit: v128): v128 {
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
    const e = boundedExp(loadSome(theta + (<usize>i << 2), bins - i), splat(limit))
    v128.store(out + (<usize>i << 2), e)
    if (i + 4 <= bins) {
      total = f64x2.add(total, f64x2.promote_low_f32x4(e))
      total = f64x2.add(total, f64x2.promote_low_f32x4(v128.shuffle<i64>(e, e, 1, 0)))
    }
  }
  let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)
  for (let i = bins & -4; i < bins; i++) sum += load<f32>(out + (<usize>i << 2))
  return sum
}

/** Sets the bin's numbers; false where the value lies outside of [−bound, bound] or is NaN. */
function findBin(value: f64, inverse: bool, theta: usize, bins: i32, bound: f64, limit: f32, scratch: usize): bool {
  if (!(value >= -bound && value <= bound)) return false
  const up = scratch + (<usize>((bins + 3) & -4) << 2)
  widths = exponentials(theta, bins, limit, scratch)
  heights = exponentials(theta + (<usize>bins << 2), bins, limit, up)
  const along = inverse ? up : scratch
  const beside = inverse ? scratch : up
  // Where the value lies, in the unit of the exponentials.
  const place = ((value + bound) * (inverse ? heights : widths)) / (2 * bound)
  let i = 0
  let begin: f64 = 0
  let other: f64 = 0
  for (const last = bins - 1; i < last; i++) {
    const end = begin + load<f32>(along + (<usize>i << 2))
    if (place < end) break
    begin = end
    other += load<f32>(beside + (<usize>i << 2))
  }
  index = i
  const across = (2 * bound) / widths
  const upward = (2 * bound) / heights
  x0 = (inverse ? other : begin) * across - bound
  y0 = (inverse ? begin : other) * upward - bound
  width = load<f32>(scratch + (<usize>i << 2)) * across
  height = load<f32>(up + (<usize>i << 2)) * upward
  // e⁰ = 1 is the slope at both ends.
  const inner = theta + (<usize>(2 * bins - 1 + i) << 2)
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
function placeOfX(x: f64): f64 {
  return unit((x - x0) / width)
}

/** ξ of a y in its bin. */
// @ts-ignore: decorator
@inline
function placeOfY(y: f64): f64 {
  const s = height / width
  const eta = unit((y - y0) / height)
  const curve = eta * (d0 + d1 - 2 * s)
  const b = d0 - curve
  const root = sqrt(max(0, b * b + 4 * (s - d0 + curve) * s * eta))
  return unit((2 * s * eta) / (b + root))
}

// @ts-ignore: decorator
@inline
function valueAt(xi: f64): f64 {
  const s = height / width
  const bump = xi * (1 - xi)
  return y0 + (height * (s * xi * xi + d0 * bump)) / (s + (d0 + d1 - 2 * s) * bump)
}

/** dy/dx at ξ. */
// @ts-ignore: decorator
@inline
function slopeAt(xi: f64): f64 {
  const s = height / width
  const rest = 1 - xi
  const denominator = s + (d0 + d1 - 2 * s) * xi * rest
  return (s * s * (d1 * xi * xi + 2 * s * xi * rest + d0 * rest * rest)) / (denominator * denominator)
}

export function spline(args: usize, chunk: i32): void {
  const count = load<i32>(args)
  const bins = load<i32>(args, 4)
  const inverse = load<i32>(args, 8) != 0
  const bound = <f64>load<f32>(args, 12)
  const limit = load<f32>(args, 16)
  const scratch = <usize>load<u32>(args, 20) + <usize>load<u32>(args, 24) * <usize>threadIndex()
  const x = <usize>load<u32>(args, 28)
  const theta = <usize>load<u32>(args, 32)
  const values = <usize>load<u32>(args, 36)
  const logs = values + (<usize>count << 2)
  const row = <usize>(3 * bins - 1) << 2
  const end = chunkStart(count, chunk + 1, 16)
  for (let i = <usize>chunkStart(count, chunk, 16), stop = <usize>end; i < stop; i++) {
    const value = <f64>load<f32>(x + (i << 2))
    let result = value
    let slope: f64 = 1
    if (findBin(value, inverse, theta + i * row, bins, bound, limit, scratch)) {
      const xi = inverse ? placeOfY(value) : placeOfX(value)
      result = inverse ? x0 + xi * width : valueAt(xi)
      slope = slopeAt(xi)
    }
    store<f32>(values + (i << 2), <f32>result)
    const log = f32x4.extract_lane(logF32x4(splat(<f32>slope)), 0)
    store<f32>(logs + (i << 2), inverse ? -log : log)
  }
}

/** Sets the adjoints of gy·y + gl·log(dy/dx) at ξ. */
function binGradient(xi: f64, gy: f64, gl: f64): void {
  const s = height / width
  const rest = 1 - xi
  const bump = xi * rest
  const excess = d0 + d1 - 2 * s
  const denominator = s + excess * bump
  const numerator = s * xi * xi + d0 * bump
  const slopes = d1 * xi * xi + 2 * s * bump + d0 * rest * rest
  const ratio = numerator / denominator
  const gNumerator = (gy * height) / denominator
  const gDenominator = -(gNumerator * ratio) - (2 * gl) / denominator
  const gSlopes = gl / slopes
  const gExcess = gDenominator * bump
  const gBump = gNumerator * d0 + gDenominator * excess + 2 * gSlopes * s
  const gs = gNumerator * xi * xi + gDenominator - 2 * gExcess + 2 * gSlopes * bump + (2 * gl) / s
  const gXi = 2 * gNumerator * s * xi + 2 * gSlopes * (d1 * xi - d0 * rest) + gBump * (rest - xi)
  gX = gXi / width
  gBegin = -gX
  gWidth = -(gs * s + gXi * xi) / width
  gLow = gy
  gHeight = gy * ratio + gs / width
  g0 = gNumerator * bump + gExcess + gSlopes * rest * rest
  g1 = gExcess + gSlopes * xi * xi
}

/** Through the softmax of one row's sizes: a bin's beginning is the sum of the sizes before it. */
function sizesGradient(
  begin: f64,
  size: f64,
  theta: usize,
  bins: i32,
  bound: f64,
  limit: f32,
  exps: usize,
  total: f64,
  out: usize,
): void {
  let before: f64 = 0
  for (let i = 0; i < index; i++) before += load<f32>(exps + (<usize>i << 2))
  const mean = (begin * before + size * load<f32>(exps + (<usize>index << 2))) / total
  const scale = (2 * bound) / total
  const earlier = splat(<f32>(scale * (begin - mean)))
  const here = splat(<f32>(scale * (size - mean)))
  const later = splat(<f32>(scale * -mean))
  const own = i32x4.splat(index)
  let lane = i32x4(0, 1, 2, 3)
  for (let i = 0; i < bins; i += 4) {
    const at = <usize>i << 2
    const factor = v128.bitselect(earlier, v128.bitselect(here, later, i32x4.eq(lane, own)), i32x4.lt_s(lane, own))
    const damped = damping(loadSome(theta + at, bins - i), splat(limit))
    const raw = f32x4.mul(v128.load(exps + at), factor)
    storeSome(out + at, f32x4.div(raw, f32x4.mul(damped, damped)), bins - i)
    lane = i32x4.add(lane, i32x4.splat(4))
  }
}

// @ts-ignore: decorator
@inline
function dampedSlope(a: f64, limit: f64): f64 {
  const damped = 1 + abs(a / limit)
  return 1 / (damped * damped)
}

/** Writes a row of θ's gradient. */
function thetaGradient(theta: usize, bins: i32, bound: f64, limit: f32, scratch: usize, out: usize): void {
  const up = scratch + (<usize>((bins + 3) & -4) << 2)
  const row = <usize>bins << 2
  sizesGradient(gBegin, gWidth, theta, bins, bound, limit, scratch, widths, out)
  sizesGradient(gLow, gHeight, theta + row, bins, bound, limit, up, heights, out + row)
  for (let i = 2 * bins; i < 3 * bins - 1; i++) store<f32>(out + (<usize>i << 2), 0)
  const inner = <usize>(2 * bins - 1 + index) << 2
  const limits = 2 * <f64>limit
  if (index > 0) store<f32>(out + inner, <f32>(g0 * d0 * dampedSlope(load<f32>(theta + inner), limits)))
  if (index < bins - 1) {
    store<f32>(out + inner + 4, <f32>(g1 * d1 * dampedSlope(load<f32>(theta + inner + 4), limits)))
  }
}

export function splineGrad(args: usize, chunk: i32): void {
  const count = load<i32>(args)
  const bins = load<i32>(args, 4)
  const inverse = load<i32>(args, 8) != 0
  const bound = <f64>load<f32>(args, 12)
  const limit = load<f32>(args, 16)
  const scratch = <usize>load<u32>(args, 20) + <usize>load<u32>(args, 24) * <usize>threadIndex()
  const dy = <usize>load<u32>(args, 28)
  const x = <usize>load<u32>(args, 32)
  const theta = <usize>load<u32>(args, 36)
  const dx = <usize>load<u32>(args, 40)
  const dTheta = <usize>load<u32>(args, 44)
  const numbers = 3 * bins - 1
  const row = <usize>numbers << 2
  const end = chunkStart(count, chunk + 1, 16)
  for (let i = <usize>chunkStart(count, chunk, 16), stop = <usize>end; i < stop; i++) {
    const value = <f64>load<f32>(x + (i << 2))
    const gValue = <f64>load<f32>(dy + (i << 2))
    const gLog = <f64>load<f32>(dy + ((i + count) << 2))
    const from = theta + i * row
    const to = dTheta + i * row
    if (!findBin(value, inverse, from, bins, bound, limit, scratch)) {
      store<f32>(dx + (i << 2), <f32>gValue)
      for (let j = 0; j < numbers; j++) store<f32>(to + (<usize>j << 2), 0)
      continue
    }
    if (inverse) {
      // x solves y(x; θ) = y, and the result is (x, −l): dx = (dy − y_θ·dθ)/y_x.
      const xi = placeOfY(value)
      binGradient(xi, 0, 1)
      const along = (gValue - gLog * gX) / slopeAt(xi)
      binGradient(xi, -along, -gLog)
      store<f32>(dx + (i << 2), <f32>along)
    } else {
      binGradient(placeOfX(value), gValue, gLog)
      store<f32>(dx + (i << 2), <f32>gX)
    }
    thetaGradient(from, bins, bound, limit, scratch, to)
  }
}
