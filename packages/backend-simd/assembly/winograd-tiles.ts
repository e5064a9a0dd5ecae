// Tiles of Winograd convolutions: cut out of an image, transformed in both directions, put back.
import { gradientTransform4, inputTransform6, outputTransform4 } from './winograd-transforms'

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

/**
 * Copies `side × side` pixels from (top, left) of an image to `to`; pixels outside the image are zero.
 */
export function gatherTile(
  image: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, side: i32, to: usize,
): void {
  const pixel = <usize>channels << 2
  const from = max(0, -left)
  const until = max(from, min(side, width - left))
  for (let i = 0; i < side; i++) {
    const row = to + <usize>(i * side) * pixel
    const y = top + i
    if (y < 0 || y >= height) {
      memory.fill(row, 0, <usize>side * pixel)
      continue
    }
    memory.fill(row, 0, <usize>from * pixel)
    const source = image + <usize>(y * width + left + from) * pixel
    memory.copy(row + <usize>from * pixel, source, <usize>(until - from) * pixel)
    memory.fill(row + <usize>until * pixel, 0, <usize>(side - until) * pixel)
  }
}

/**
 * Bᵀ d B of a 6×6 tile whose rows lie `pitch` bytes apart; frequency f goes to `to + f·stride`, one group of four channels
 * `next` bytes after the other.
 */
export function inputTransform(
  tile: usize, pitch: usize, channels: i32, to: usize, stride: usize, next: usize, between: usize,
): void {
  const pixel = <usize>channels << 2
  for (const end = tile + pixel; tile < end; tile += 16, to += next) {
    let p = tile
    let q = between
    for (const last = between + 96; q < last; q += 16, p += pixel) inputTransform6(p, pitch, q, 96)
    p = between
    q = to
    for (const last = between + 576; p < last; p += 96, q += 6 * stride) inputTransform6(p, 16, q, stride)
  }
}

/** G g Gᵀ of a 4×4 tile of output gradients, laid out as that of `inputTransform`. */
export function gradientTransform(
  tile: usize, pitch: usize, channels: i32, to: usize, stride: usize, next: usize, between: usize,
): void {
  const pixel = <usize>channels << 2
  for (const end = tile + pixel; tile < end; tile += 16, to += next) {
    let p = tile
    let q = between
    for (const last = between + 64; q < last; q += 16, p += pixel) gradientTransform4(p, pitch, q, 64)
    p = between
    q = to
    for (const last = between + 384; p < last; p += 64, q += 6 * stride) gradientTransform4(p, 16, q, stride)
  }
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
