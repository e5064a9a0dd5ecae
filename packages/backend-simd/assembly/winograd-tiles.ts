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

/** Bᵀ d B of a 6×6 tile whose rows lie `pitch` bytes apart; frequency f goes to `to + f·stride`. */
export function inputTransform(tile: usize, pitch: usize, channels: i32, to: usize, stride: usize, between: usize): void {
  const pixel = <usize>channels << 2
  for (let c: usize = 0; c < pixel; c += 16) {
    for (let j: usize = 0; j < 6; j++) inputTransform6(tile + j * pixel + c, pitch, between + (j << 4), 96)
    for (let i: usize = 0; i < 6; i++) inputTransform6(between + i * 96, 16, to + i * 6 * stride + c, stride)
  }
}

/** G g Gᵀ of a 4×4 tile of output gradients. */
export function gradientTransform(
  tile: usize, pitch: usize, channels: i32, to: usize, stride: usize, between: usize,
): void {
  const pixel = <usize>channels << 2
  for (let c: usize = 0; c < pixel; c += 16) {
    for (let j: usize = 0; j < 4; j++) gradientTransform4(tile + j * pixel + c, pitch, between + (j << 4), 64)
    for (let i: usize = 0; i < 6; i++) gradientTransform4(between + (i << 6), 16, to + i * 6 * stride + c, stride)
  }
}

/** Aᵀ m A plus the bias (0: none): writes the `rows × columns` part of the 4×4 tile that lies inside the image. */
export function outputTransform(
  m: usize, stride: usize, bias: usize, to: usize, width: i32, channels: i32, rows: i32, columns: i32, between: usize,
): void {
  const pixel = <usize>channels << 2
  const pitch = <usize>width * pixel
  const line = between + 384
  for (let c: usize = 0; c < pixel; c += 16) {
    for (let j: usize = 0; j < 6; j++) outputTransform4(m + j * stride + c, 6 * stride, between + (j << 4), 96)
    const b = bias ? v128.load(bias + c) : f32x4.splat(0)
    for (let i = 0; i < rows; i++) {
      outputTransform4(between + <usize>i * 96, 16, line, 16)
      let p = to + <usize>i * pitch + c
      for (let j: usize = 0; j < <usize>columns; j++, p += pixel) v128.store(p, f32x4.add(v128.load(line + (j << 4)), b))
    }
  }
}
