// Tiles of Winograd convolutions: cut out of an image, transformed in both directions, put back.
import { ALL4, ALL6, gradientTransform4, inputTransform6, outputTransform4 } from './winograd-transforms'

/**
 * Distance of the planes of two frequencies, in bytes: an odd number of cache lines, so that the 36 lines a transform writes
 * at once fall into different sets of the first-level cache.
 */
// @ts-ignore: decorator
@inline
export function planeStride(tiles: i32, channels: i32): usize {
  return (((<usize>(tiles * channels) << 2) + 63) & -64) | 64
}

/** Bytes that the two-dimensional transforms need for what lies between their passes. */
export const BETWEEN: usize = 576

/** One bit for each of `side` pixels from `first` on that lies in 0 … extent − 1. */
// @ts-ignore: decorator
@inline
export function insideBits(first: i32, extent: i32, side: i32): i32 {
  const low = max(0, -first)
  const high = max(low, min(side, extent - first))
  return (1 << high) - (1 << low)
}

/**
 * Bᵀ d B of a 6×6 tile whose rows lie `pitch` bytes apart; frequency f goes to `to + f·stride`, one group of four channels
 * `next` bytes after the other. `rows` and `columns` have a bit for each that lies inside the image; beyond it are zeros,
 * which are not read.
 */
export function inputTransform(
  tile: usize, pitch: usize, channels: i32, rows: i32, columns: i32, to: usize, stride: usize, next: usize, between: usize,
): void {
  const pixel = <usize>channels << 2
  const whole = rows == ALL6
  for (const end = tile + pixel; tile != end; tile += 16, to += next) {
    let p = tile
    let q = between
    let inside = columns
    for (const last = between + 96; q < last; q += 16, p += pixel, inside >>= 1) {
      if ((inside & 1) == 0) clear(q, 96, 6)
      else if (whole) inputTransform6(p, pitch, q, 96)
      else inputTransform6(p, pitch, q, 96, rows)
    }
    p = between
    q = to
    for (const last = between + 576; p < last; p += 96, q += 6 * stride) inputTransform6(p, 16, q, stride)
  }
}

/** G g Gᵀ of a 4×4 tile of output gradients; arguments as those of {@link inputTransform}. */
export function gradientTransform(
  tile: usize, pitch: usize, channels: i32, rows: i32, columns: i32, to: usize, stride: usize, next: usize, between: usize,
): void {
  const pixel = <usize>channels << 2
  const whole = rows == ALL4
  for (const end = tile + pixel; tile != end; tile += 16, to += next) {
    let p = tile
    let q = between
    let inside = columns
    for (const last = between + 64; q < last; q += 16, p += pixel, inside >>= 1) {
      if ((inside & 1) == 0) clear(q, 64, 6)
      else if (whole) gradientTransform4(p, pitch, q, 64)
      else gradientTransform4(p, pitch, q, 64, rows)
    }
    p = between
    q = to
    for (const last = between + 384; p < last; p += 64, q += 6 * stride) gradientTransform4(p, 16, q, stride)
  }
}

/** Zeros at `count` places `apart` bytes from each other. */
// @ts-ignore: decorator
@inline
function clear(q: usize, apart: usize, count: usize): void {
  for (const last = q + count * apart; q < last; q += apart) v128.store(q, f32x4.splat(0))
}

/** Aᵀ m A plus the bias (0: none): writes the `rows × columns` part of the 4×4 tile that lies inside the image. */
export function outputTransform(
  m: usize, stride: usize, bias: usize, to: usize, width: i32, channels: i32, rows: i32, columns: i32, between: usize,
): void {
  const pixel = <usize>channels << 2
  const pitch = <usize>width * pixel
  const line = between + 384
  for (const end = m + pixel; m < end; m += 16, to += 16) {
    let p = m
    let q = between
    for (const last = between + 96; q < last; q += 16, p += stride) outputTransform4(p, 6 * stride, q, 96)
    const b = bias ? v128.load(bias) : f32x4.splat(0)
    if (bias) bias += 16
    for (let i = 0; i < rows; i++) {
      outputTransform4(between + <usize>i * 96, 16, line, 16)
      p = to + <usize>i * pitch
      for (let j: usize = 0; j < <usize>columns; j++, p += pixel) v128.store(p, f32x4.add(v128.load(line + (j << 4)), b))
    }
  }
}
