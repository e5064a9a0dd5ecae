// More vectorized elementary functions, four float32 at a time, each within about 2 units in the last place.
import { expF32x4, splat } from './math'

// ln 2 in two parts, the first with trailing zeros so that a whole number times it is exact.
const LN2_HIGH: f32 = 0.693359375
const LN2_LOW: f32 = -2.1219444e-4

// @ts-ignore: decorator
@inline
function select(whenTrue: v128, whenFalse: v128, mask: v128): v128 {
  return v128.bitselect(whenTrue, whenFalse, mask)
}

// @ts-ignore: decorator
@inline
function withSignOf(magnitude: v128, x: v128): v128 {
  return select(x, magnitude, i32x4.splat(0x80000000))
}

/** The exponent k of x = m·2^k with m in [√½, √2), and the bits of m. x is normal and positive. */
// @ts-ignore: decorator
@inline
function exponentOf(x: v128): v128 {
  return i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23)
}

/**
 * ln(1 + f) + correction + k ln 2 for f in [√½ − 1, √2 − 1]: with s = f / (2 + f), ln(1 + f) = 2 artanh s
 * = f − f²/2 + s (f²/2 + R), R the rest of the series.
 */
// @ts-ignore: decorator
@inline
function logOf(f: v128, k: v128, correction: v128): v128 {
  const s = f32x4.div(f, f32x4.add(splat(2), f))
  const z = f32x4.mul(s, s)
  let r = splat(2.0 / 9.0)
  r = f32x4.add(f32x4.mul(r, z), splat(2.0 / 7.0))
  r = f32x4.add(f32x4.mul(r, z), splat(2.0 / 5.0))
  r = f32x4.add(f32x4.mul(r, z), splat(2.0 / 3.0))
  r = f32x4.mul(r, z)
  const half = f32x4.mul(splat(0.5), f32x4.mul(f, f))
  const low = f32x4.add(f32x4.mul(k, splat(LN2_LOW)), correction)
  const rest = f32x4.sub(half, f32x4.add(f32x4.mul(s, f32x4.add(half, r)), low))
  return f32x4.sub(f32x4.mul(k, splat(LN2_HIGH)), f32x4.sub(rest, f))
}

/** ln x: −∞ at 0, NaN below. */
// @ts-ignore: decorator
@inline
export function logF32x4(x: v128): v128 {
  // Denormals are scaled into the normal range first.
  const tiny = f32x4.lt(x, splat(1.17549435e-38))
  const scaled = select(f32x4.mul(x, splat(8388608)), x, tiny)
  const k = exponentOf(scaled)
  const f = f32x4.sub(i32x4.sub(scaled, i32x4.shl(k, 23)), splat(1))
  const exponent = f32x4.sub(f32x4.convert_i32x4_s(k), v128.and(tiny, splat(23)))
  const y = logOf(f, exponent, splat(0))
  // NaN and +∞ are their own logarithms.
  const regular = select(x, y, v128.or(f32x4.eq(x, splat(Infinity)), f32x4.ne(x, x)))
  const positive = select(regular, splat(NaN), v128.not(f32x4.lt(x, splat(0))))
  return select(splat(-Infinity), positive, f32x4.eq(x, splat(0)))
}

/** ln(1 + x), exact for small x too: what 1 + x rounds away is put back. */
// @ts-ignore: decorator
@inline
export function log1pF32x4(x: v128): v128 {
  const u = f32x4.add(splat(1), x)
  const k = exponentOf(u)
  const exponent = f32x4.convert_i32x4_s(k)
  const lost = select(f32x4.sub(splat(1), f32x4.sub(u, x)), f32x4.sub(x, f32x4.sub(u, splat(1))), f32x4.gt(x, splat(1)))
  const near = i32x4.eq(k, i32x4.splat(0))
  const f = select(x, f32x4.sub(i32x4.sub(u, i32x4.shl(k, 23)), splat(1)), near)
  const y = logOf(f, exponent, v128.andnot(f32x4.div(lost, u), near))
  const regular = select(x, y, v128.or(f32x4.eq(x, splat(Infinity)), f32x4.ne(x, x)))
  const defined = select(regular, splat(NaN), v128.not(f32x4.lt(x, splat(-1))))
  // Zero keeps its sign; −1 gives −∞.
  return select(splat(-Infinity), select(x, defined, f32x4.eq(x, splat(0))), f32x4.eq(x, splat(-1)))
}

/**
 * e^x − 1: with x = n ln 2 + r, 2^n (e^r − 1) + (2^n − 1), computed for half of 2^n, which is finite where the result
 * is. e^r − 1 = r + r² q(r), q a minimax fit (relative error 3e-10).
 */
// @ts-ignore: decorator
@inline
export function expm1F32x4(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, splat(89)), splat(-80))
  const rounded = f32x4.add(f32x4.mul(clamped, splat(1.44269504088896341)), splat(12582912))
  const n = f32x4.sub(rounded, splat(12582912))
  let r = f32x4.sub(clamped, f32x4.mul(n, splat(LN2_HIGH)))
  r = f32x4.sub(r, f32x4.mul(n, splat(LN2_LOW)))
  let q = splat(0.00019845880723361778)
  q = f32x4.add(f32x4.mul(q, r), splat(0.0013940668945953277))
  q = f32x4.add(f32x4.mul(q, r), splat(0.008333389461634966))
  q = f32x4.add(f32x4.mul(q, r), splat(0.041666360421029516))
  q = f32x4.add(f32x4.mul(q, r), splat(0.16666666369729574))
  q = f32x4.add(f32x4.mul(q, r), splat(0.5000000044270705))
  const p = f32x4.add(f32x4.mul(f32x4.mul(q, r), r), r)
  // 12582912 is 0x4b400000; 126 instead of 127 halves.
  const scale = i32x4.shl(i32x4.add(rounded, i32x4.splat(126 - 0x4b400000)), 23)
  const y = f32x4.add(f32x4.mul(p, scale), f32x4.sub(scale, splat(0.5)))
  // Zero keeps its sign and denormals their value; NaN is in p.
  return select(f32x4.add(y, y), x, f32x4.gt(f32x4.abs(x), splat(1e-20)))
}

/** tanh |x| = −t / (t + 2) with t = e^(−2|x|) − 1: no cancellation anywhere. */
// @ts-ignore: decorator
@inline
export function tanhF32x4(x: v128): v128 {
  const t = expm1F32x4(f32x4.mul(f32x4.abs(x), splat(-2)))
  return withSignOf(f32x4.div(f32x4.neg(t), f32x4.add(t, splat(2))), x)
}

/**
 * ln(1 + e^x) = max(x, 0) + ln(1 + t) with t = e^−|x|, and ln(1 + t) = 2 artanh s with s = t / (2 + t) ≤ ⅓: s times a
 * minimax fit in s² (error 2e-10).
 */
// @ts-ignore: decorator
@inline
export function softplusF32x4(x: v128): v128 {
  const t = expF32x4(f32x4.neg(f32x4.abs(x)))
  const s = f32x4.div(t, f32x4.add(splat(2), t))
  const z = f32x4.mul(s, s)
  let p = splat(0.24425655672540447)
  p = f32x4.add(f32x4.mul(p, z), splat(0.21389773582064395))
  p = f32x4.add(f32x4.mul(p, z), splat(0.28621058285352896))
  p = f32x4.add(f32x4.mul(p, z), splat(0.39998677635409846))
  p = f32x4.add(f32x4.mul(p, z), splat(0.6666667949073347))
  p = f32x4.add(f32x4.mul(p, z), splat(2))
  // pmax(0, x) is x < 0 or NaN ? 0 : x; NaN is in t.
  return f32x4.add(f32x4.pmax(splat(0), x), f32x4.mul(s, p))
}

/**
 * The error function: x·p(x²) up to 1, 1 − e^q(x) beyond, q fitted to ln erfc; both polynomials are minimax fits with
 * errors of 2e-9 and 3e-11. tfjs-backend-cpu's own (Abramowitz and Stegun 7.1.26) is off by up to 1.5e-7.
 */
// @ts-ignore: decorator
@inline
export function erfF32x4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), splat(4.05))
  const z = f32x4.mul(a, a)
  let p = splat(0.00007888919046651893)
  p = f32x4.add(f32x4.mul(p, z), splat(-0.000802084113376409))
  p = f32x4.add(f32x4.mul(p, z), splat(0.005189535322898487))
  p = f32x4.add(f32x4.mul(p, z), splat(-0.02685444458339305))
  p = f32x4.add(f32x4.mul(p, z), splat(0.11283600176057658))
  p = f32x4.add(f32x4.mul(p, z), splat(-0.37612627135948257))
  p = f32x4.add(f32x4.mul(p, z), splat(1.1283791659137508))
  let q = splat(-0.00002169141575643137)
  q = f32x4.add(f32x4.mul(q, a), splat(0.0004413935694784024))
  q = f32x4.add(f32x4.mul(q, a), splat(-0.004204858613463378))
  q = f32x4.add(f32x4.mul(q, a), splat(0.025209086182440277))
  q = f32x4.add(f32x4.mul(q, a), splat(-0.10841992985968701))
  q = f32x4.add(f32x4.mul(q, a), splat(-0.6332186035610743))
  q = f32x4.add(f32x4.mul(q, a), splat(-1.1295790912381902))
  q = f32x4.add(f32x4.mul(q, a), splat(0.0001881848783505686))
  const tail = f32x4.sub(splat(1), expF32x4(q))
  return withSignOf(select(tail, f32x4.mul(a, p), f32x4.gt(a, splat(1))), x)
}
