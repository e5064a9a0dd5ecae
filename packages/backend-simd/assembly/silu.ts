// SiLU, y = x·σ(x), and its gradient, four at a time.

import { splat } from './math'

const ROUND: f32 = 12582912
const ROUND_BITS: i32 = 0x4b400000


/**
 * σ(x) = 1 / (1 + e^-x) for x in [−87, 87], constant outside: there x·σ(x) is x or below 1e-35, so the tail's relative
 * precision, which `sigmoidF32x4` keeps, does not matter. The exponential is that of `expF32x4` with a scale that is normal.
 */
// @ts-ignore: decorator
@inline
function logistic(x: v128): v128 {
  const t = f32x4.pmax(f32x4.pmin(f32x4.neg(x), splat(87)), splat(-87))
  const rounded = f32x4.add(f32x4.mul(t, splat(1.44269504088896341)), splat(ROUND))
  const n = f32x4.sub(rounded, splat(ROUND))
  let r = f32x4.sub(t, f32x4.mul(n, splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, splat(-2.12194440e-4)))
  let q = splat(0.0013814537901962896)
  q = f32x4.add(f32x4.mul(q, r), splat(0.008368745320002454))
  q = f32x4.add(f32x4.mul(q, r), splat(0.041668390831167704))
  q = f32x4.add(f32x4.mul(q, r), splat(0.16666520396771264))
  q = f32x4.add(f32x4.mul(q, r), splat(0.49999993431891754))
  const p = f32x4.add(splat(1), f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q)))
  const scale = i32x4.shl(i32x4.sub(rounded, i32x4.splat(ROUND_BITS - 127)), 23)
  return f32x4.div(splat(1), f32x4.add(splat(1), f32x4.mul(p, scale)))
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
  const slope = f32x4.add(splat(1), f32x4.mul(x, f32x4.sub(splat(1), s)))
  return f32x4.mul(dy, f32x4.mul(s, slope))
}
