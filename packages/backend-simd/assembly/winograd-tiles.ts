// Tiles of Winograd convolutions: transformed where they lie in an image, in both directions. A tile has `side` × `side`
// frequencies: 6 with filters of 3 × 3, 5 with filters of 2 × 2.
import { ALL4, ALL6, gradientTransform4, inputTransform6, outputTransform4 } from './winograd-transforms'
import { ALL5, gradientTransform4to5, inputTransform5, outputTransform4of5 } from './winograd-transforms-2'

/** One bit for each of `count` pixels, `step` apart from `first` on, that lies in 0 … extent − 1. */
// @ts-ignore: decorator
@inline
export function insideBits(first: i32, extent: i32, count: i32, step: i32): i32 {
  let bits = 0
  for (let i = 0; i < count; i++) {
    if (<u32>(first + i * step) < <u32>extent) bits |= 1 << i
  }
  return bits
}

// @ts-ignore: decorator
@inline
function inputs(side: usize, p: usize, s: usize, q: usize, r: usize, rows: i32, count: usize): void {
  if (side == 6) {
    if (rows == ALL6) inputTransform6(p, s, q, r)
    else inputTransform6(p, s, q, r, rows)
  } else if (rows == ALL5) inputTransform5(p, s, q, r, ALL5, count)
  else inputTransform5(p, s, q, r, rows, count)
}

// @ts-ignore: decorator
@inline
function gradients(side: usize, p: usize, s: usize, q: usize, r: usize, rows: i32): void {
  if (side == 6) {
    if (rows == ALL4) gradientTransform4(p, s, q, r)
    else gradientTransform4(p, s, q, r, rows)
  } else if (rows == ALL4) gradientTransform4to5(p, s, q, r)
  else gradientTransform4to5(p, s, q, r, rows)
}

/**
 * Bᵀ d B of a tile whose rows lie `pitch` bytes apart and its columns `pixel`; frequency f goes to `to + f·stride`, one
 * group of four channels `next` bytes after the other. `rows` and `columns` have a bit for each that lies inside the image;
 * beyond it are zeros, which are not read. Of 5 × 5 frequencies the first `tall` rows and `broad` columns are computed.
 */
export function inputTransform(
  side: usize,
  tile: usize,
  pitch: usize,
  pixel: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  tall: usize,
  broad: usize,
  to: usize,
  stride: usize,
  next: usize,
  between: usize,
): void {
  if (side == 6) {
    if (rows == ALL6 && columns == ALL6)
      inputTile(6, tile, pitch, pixel, channels, ALL6, ALL6, 6, 6, to, stride, next, between)
    else inputTile(6, tile, pitch, pixel, channels, rows, columns, 6, 6, to, stride, next, between)
  } else if (tall == 5) {
    if (broad == 5) inputTile(5, tile, pitch, pixel, channels, rows, columns, 5, 5, to, stride, next, between)
    else inputTile(5, tile, pitch, pixel, channels, rows, columns, 5, 4, to, stride, next, between)
  } else if (broad == 5) inputTile(5, tile, pitch, pixel, channels, rows, columns, 4, 5, to, stride, next, between)
  else inputTile(5, tile, pitch, pixel, channels, rows, columns, 4, 4, to, stride, next, between)
}

// Loops with a constant side, and where all is inside with nothing to ask, are faster.
// @ts-ignore: decorator
@inline
function inputTile(
  side: usize,
  tile: usize,
  pitch: usize,
  pixel: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  tall: usize,
  broad: usize,
  to: usize,
  stride: usize,
  next: usize,
  between: usize,
): void {
  const line = side << 4
  const all = (1 << (<i32>side)) - 1
  for (const end = tile + ((<usize>channels) << 2); tile != end; tile += 16, to += next) {
    let p = tile
    let q = between
    let inside = columns
    for (const last = between + broad * 16; q < last; q += 16, p += pixel, inside >>= 1) {
      if (columns != all && (inside & 1) == 0) clear(q, line, tall)
      else inputs(side, p, pitch, q, line, rows, tall)
    }
    p = between
    q = to
    for (const last = between + tall * line; p < last; p += line, q += side * stride)
      inputs(side, p, 16, q, stride, all, broad)
  }
}

/** G g Gᵀ of a 4×4 tile of output gradients; arguments as those of {@link inputTransform}. */
export function gradientTransform(
  side: usize,
  tile: usize,
  pitch: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  to: usize,
  stride: usize,
  next: usize,
  between: usize,
): void {
  if (side == 6) {
    if (rows == ALL4 && columns == ALL4) gradientTile(6, tile, pitch, channels, ALL4, ALL4, to, stride, next, between)
    else gradientTile(6, tile, pitch, channels, rows, columns, to, stride, next, between)
  } else gradientTile(5, tile, pitch, channels, rows, columns, to, stride, next, between)
}

// @ts-ignore: decorator
@inline
function gradientTile(
  side: usize,
  tile: usize,
  pitch: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  to: usize,
  stride: usize,
  next: usize,
  between: usize,
): void {
  const pixel = (<usize>channels) << 2
  for (const end = tile + pixel; tile != end; tile += 16, to += next) {
    let p = tile
    let q = between
    let inside = columns
    for (const last = between + 64; q < last; q += 16, p += pixel, inside >>= 1) {
      if (columns != ALL4 && (inside & 1) == 0) clear(q, 64, side)
      else gradients(side, p, pitch, q, 64, rows)
    }
    p = between
    q = to
    for (const last = between + (side << 6); p < last; p += 64, q += side * stride)
      gradients(side, p, 16, q, stride, ALL4)
  }
}

/** Zeros at `count` places `apart` bytes from each other. */
// @ts-ignore: decorator
@inline
function clear(q: usize, apart: usize, count: usize): void {
  for (const last = q + count * apart; q < last; q += apart) v128.store(q, f32x4.splat(0))
}

// @ts-ignore: decorator
@inline
function outputs(side: usize, p: usize, s: usize, q: usize, r: usize, bias: v128, biased: bool): void {
  if (side == 6) outputTransform4(p, s, q, r, bias, biased)
  else outputTransform4of5(p, s, q, r, bias, biased)
}

/**
 * Aᵀ m A plus the bias (0: none): writes those of the 4×4 outputs whose row and column have a bit, `pitch` and `pixel`
 * bytes apart.
 */
export function outputTransform(
  side: usize,
  m: usize,
  stride: usize,
  bias: usize,
  to: usize,
  pitch: usize,
  pixel: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  between: usize,
): void {
  if (side == 6) {
    if (rows == ALL4 && columns == ALL4) outputTile(6, m, stride, bias, to, pitch, pixel, channels, ALL4, ALL4, between)
    else outputTile(6, m, stride, bias, to, pitch, pixel, channels, rows, columns, between)
  } else outputTile(5, m, stride, bias, to, pitch, pixel, channels, rows, columns, between)
}

// @ts-ignore: decorator
@inline
function outputTile(
  side: usize,
  m: usize,
  stride: usize,
  bias: usize,
  to: usize,
  pitch: usize,
  pixel: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  between: usize,
): void {
  const column = side << 4
  const line = between + (side << 6)
  for (const end = m + ((<usize>channels) << 2); m < end; m += 16, to += 16) {
    const b = bias ? v128.load(bias) : f32x4.splat(0)
    if (bias) bias += 16
    let p = m
    let q = between
    for (const last = between + column; q < last; q += 16, p += stride)
      outputs(side, p, side * stride, q, column, b, false)
    q = to
    p = between
    for (let i = 0; i < 4; i++, p += column, q += pitch) {
      if (rows != ALL4 && (rows & (1 << i)) == 0) continue
      if (columns == ALL4) {
        outputs(side, p, 16, q, pixel, b, true)
        continue
      }
      outputs(side, p, 16, line, 16, b, true)
      for (let j = 0; j < 4; j++) {
        if (columns & (1 << j)) v128.store(q + <usize>j * pixel, v128.load(line + ((<usize>j) << 4)))
      }
    }
  }
}
