// Sine and cosine of float32, four at a time, within 1.5 units in the last place. JavaScript side: src/kernels/unary.ts.
// Arguments: x, y, size.
import { splat } from './math'
import { chunkStart } from './threads'

// π/2 in two parts, the first with trailing zeros so that a whole number below 2^20 times it is exact in float64.
const HALF_PI_HIGH: f64 = 1.57079632673412561417
const HALF_PI_LOW: f64 = 6.07710050650619224932e-11
const TWO_OVER_PI: f64 = 0.63661977236758134308

/** Beyond it the whole number would be too large; such arguments go one by one through float64's own functions. */
const FAR: f32 = 1e6

// x = n·π/2 + r with |r| ≤ π/4, in float64, for what is left near multiples of π would else have no right digits.
// @ts-ignore: decorator
@inline
function remainder(x: v128, n: v128): v128 {
  const high = f64x2.sub(x, f64x2.mul(n, f64x2.splat(HALF_PI_HIGH)))
  return f64x2.sub(high, f64x2.mul(n, f64x2.splat(HALF_PI_LOW)))
}

/** sin(x + turns·π/2), |x| ≤ FAR. The polynomials are minimax fits with errors of 1.2e-8 and 8e-10. */
// @ts-ignore: decorator
@inline
function sine(x: v128, turns: i32): v128 {
  const first = f64x2.promote_low_f32x4(x)
  const second = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
  const n = f64x2.nearest(f64x2.mul(first, f64x2.splat(TWO_OVER_PI)))
  const m = f64x2.nearest(f64x2.mul(second, f64x2.splat(TWO_OVER_PI)))
  const r = v128.shuffle<i64>(
    f32x4.demote_f64x2_zero(remainder(first, n)),
    f32x4.demote_f64x2_zero(remainder(second, m)),
    0,
    2,
  )
  const quarter = v128.shuffle<i64>(i32x4.trunc_sat_f64x2_s_zero(n), i32x4.trunc_sat_f64x2_s_zero(m), 0, 2)
  const quadrant = i32x4.add(quarter, i32x4.splat(turns))
  const z = f32x4.mul(r, r)
  let p = splat(-0.00019587956382864085)
  p = f32x4.add(f32x4.mul(p, z), splat(0.008332748752385901))
  p = f32x4.add(f32x4.mul(p, z), splat(-0.16666664666578895))
  const sin = f32x4.add(r, f32x4.mul(f32x4.mul(p, z), r))
  let q = splat(2.4547987956450096e-5)
  q = f32x4.add(f32x4.mul(q, z), splat(-0.0013888303396701657))
  q = f32x4.add(f32x4.mul(q, z), splat(0.041666664662834946))
  const cos = f32x4.add(f32x4.sub(splat(1), f32x4.mul(z, splat(0.5))), f32x4.mul(f32x4.mul(z, z), q))
  const odd = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1))
  const sign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30)
  return v128.xor(v128.bitselect(cos, sin, odd), sign)
}

// @ts-ignore: decorator
@inline
function waves(turns: i32, args: usize, chunk: i32): void {
  const size = load<i32>(args, 8)
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const end = (<usize>chunkStart(size, chunk + 1, 16)) << 2
  for (let at = (<usize>chunkStart(size, chunk, 16)) << 2; at < end; at += 16) {
    const full = at + 16 <= end
    const four = full ? v128.load(x + at) : v128.load32_splat(x + at)
    // Not below: NaN and infinities too.
    if (full && i32x4.all_true(f32x4.lt(f32x4.abs(four), splat(FAR)))) v128.store(y + at, sine(four, turns))
    else for (let one = at, stop = min(at + 16, end); one < stop; one += 4) wave(turns, x + one, y + one)
  }
}

// @ts-ignore: decorator
@inline
function wave(turns: i32, x: usize, y: usize): void {
  const value = load<f32>(x)
  if (abs(value) < FAR) v128.store_lane<f32>(y, sine(splat(value), turns), 0)
  else store<f32>(y, <f32>(turns == 0 ? Math.sin(value) : Math.cos(value)))
}

export function sinF32(args: usize, chunk: i32): void {
  waves(0, args, chunk)
}
export function cosF32(args: usize, chunk: i32): void {
  waves(1, args, chunk)
}
