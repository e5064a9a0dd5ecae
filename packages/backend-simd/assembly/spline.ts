// Rational-quadratic splines and their gradient; formulas as in packages/flows/src/univariates/spline-math.ts. JavaScript side:
// src/kernels/spline.ts. Exponentials and logarithms are float32's, four at a time; all between them is float64.
// Arguments: count, bins, inverse, bound and limit (floats), scratch and its stride, then pointers: x, θ, result for
// `spline`; dy, x, θ, dx, dθ for `splineGrad`. The limit is |log slope| / 2.
import { splat } from './math'
import { logF32x4 } from './math-more'
import {
  d0,
  d1,
  damping,
  findBin,
  height,
  heights,
  index,
  loadSome,
  placeOfX,
  placeOfY,
  slopeAt,
  storeSome,
  valueAt,
  width,
  widths,
  x0,
} from './spline-bin'
import { chunkStart, threadIndex } from './threads'

// The adjoints of x, and of the bin's numbers.
let gX: f64 = 0
let gBegin: f64 = 0
let gWidth: f64 = 0
let gLow: f64 = 0
let gHeight: f64 = 0
let g0: f64 = 0
let g1: f64 = 0

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
  const logs = values + ((<usize>count) << 2)
  const row = (<usize>(3 * bins - 1)) << 2
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
  for (let i = 0; i < index; i++) before += load<f32>(exps + ((<usize>i) << 2))
  const mean = (begin * before + size * load<f32>(exps + ((<usize>index) << 2))) / total
  const scale = (2 * bound) / total
  const earlier = splat(<f32>(scale * (begin - mean)))
  const here = splat(<f32>(scale * (size - mean)))
  const later = splat(<f32>(scale * -mean))
  const own = i32x4.splat(index)
  let lane = i32x4(0, 1, 2, 3)
  for (let i = 0; i < bins; i += 4) {
    const at = (<usize>i) << 2
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
  const up = scratch + ((<usize>((bins + 3) & -4)) << 2)
  const row = (<usize>bins) << 2
  sizesGradient(gBegin, gWidth, theta, bins, bound, limit, scratch, widths, out)
  sizesGradient(gLow, gHeight, theta + row, bins, bound, limit, up, heights, out + row)
  for (let i = 2 * bins; i < 3 * bins - 1; i++) store<f32>(out + ((<usize>i) << 2), 0)
  const inner = (<usize>(2 * bins - 1 + index)) << 2
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
  const row = (<usize>numbers) << 2
  const end = chunkStart(count, chunk + 1, 16)
  for (let i = <usize>chunkStart(count, chunk, 16), stop = <usize>end; i < stop; i++) {
    const value = <f64>load<f32>(x + (i << 2))
    const gValue = <f64>load<f32>(dy + (i << 2))
    const gLog = <f64>load<f32>(dy + ((i + count) << 2))
    const from = theta + i * row
    const to = dTheta + i * row
    if (!findBin(value, inverse, from, bins, bound, limit, scratch)) {
      store<f32>(dx + (i << 2), <f32>gValue)
      for (let j = 0; j < numbers; j++) store<f32>(to + ((<usize>j) << 2), 0)
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
