// Rows of scores to weights for attention.ts: two vectors a step, so that V8 joins them where it can (wide.ts). A row has a
// multiple of 8 numbers.
import { expWeightF32x4, splat } from './math'

/** The largest of four. */
// @ts-ignore: decorator
@inline
function most4(v: v128): f32 {
  const two = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return max(f32x4.extract_lane(two, 0), f32x4.extract_lane(two, 1))
}

// @ts-ignore: decorator
@inline
function sum4(v: v128): f32 {
  const two = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1)
}

/** The largest of a row's numbers, by the one instruction that passes NaN over (its weight is NaN all the same). Those beyond `count` become −∞, whose weight is as good as 0. */
export function largest(row: usize, count: i32, wide: i32): f32 {
  for (let j = count; j < wide; j++) store<f32>(row + ((<usize>j) << 2), -Infinity)
  let a = splat(-Infinity)
  let b = a
  for (const end = row + ((<usize>wide) << 2); row < end; row += 32) {
    a = f32x4.pmax(a, v128.load(row))
    b = f32x4.pmax(b, v128.load(row, 16))
  }
  return most4(f32x4.pmax(a, b))
}

/** Numbers of a row to weights e^(s − shift); returns their sum. */
export function exponentiate(row: usize, wide: i32, shift: f32): f32 {
  const by = splat(shift)
  let a = splat(0)
  let b = a
  for (const end = row + ((<usize>wide) << 2); row < end; row += 32) {
    const low = expWeightF32x4(f32x4.sub(v128.load(row), by))
    const high = expWeightF32x4(f32x4.sub(v128.load(row, 16), by))
    v128.store(row, low)
    v128.store(row, high, 16)
    a = f32x4.add(a, low)
    b = f32x4.add(b, high)
  }
  return sum4(f32x4.add(a, b))
}

/** dS = P ∘ (dP − Σ P ∘ dP), in place of dP. */
export function softmaxGradient(p: usize, dp: usize, wide: i32): void {
  const end = p + ((<usize>wide) << 2)
  const apart = dp - p
  let a = splat(0)
  let b = a
  for (let at = p; at < end; at += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(at), v128.load(at + apart)))
    b = f32x4.add(b, f32x4.mul(v128.load(at, 16), v128.load(at + apart, 16)))
  }
  const sum = splat(sum4(f32x4.add(a, b)))
  for (let at = p; at < end; at += 32) {
    const low = f32x4.mul(v128.load(at), f32x4.sub(v128.load(at + apart), sum))
    const high = f32x4.mul(v128.load(at, 16), f32x4.sub(v128.load(at + apart, 16), sum))
    v128.store(at + apart, low)
    v128.store(at + apart, high, 16)
  }
}

/** y = y·factor + x, over a multiple of 8 numbers. */
export function rescaleAndAdd(y: usize, x: usize, wide: i32, factor: f32): void {
  const by = splat(factor)
  for (const end = y + ((<usize>wide) << 2); y < end; y += 32, x += 32) {
    const low = f32x4.add(f32x4.mul(v128.load(y), by), v128.load(x))
    const high = f32x4.add(f32x4.mul(v128.load(y, 16), by), v128.load(x, 16))
    v128.store(y, low)
    v128.store(y, high, 16)
  }
}

/** Rows of `wide` numbers, times `factor`, to rows of `width`, the rest dropped; where `widen`, the other way round, the rest zero. */
export function copyRows(from: usize, to: usize, rows: i32, width: i32, wide: i32, factor: f32, widen: bool): void {
  const by = splat(factor)
  const rowFrom = (<usize>(widen ? width : wide)) << 2
  const rowTo = (<usize>(widen ? wide : width)) << 2
  const whole = (<usize>(width & -4)) << 2
  const all = (<usize>width) << 2
  for (let r = 0; r < rows; r++, from += rowFrom, to += rowTo) {
    for (let j: usize = 0; j < whole; j += 16) v128.store(to + j, f32x4.mul(v128.load(from + j), by))
    for (let j = whole; j < all; j += 4) store<f32>(to + j, load<f32>(from + j) * factor)
    if (widen) for (let j = all; j < rowTo; j += 4) store<f32>(to + j, 0)
  }
}
