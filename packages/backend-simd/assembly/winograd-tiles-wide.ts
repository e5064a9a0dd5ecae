// Tiles of Winograd convolutions in the 256-bit builds (wide.ts): winograd-tiles.ts for eight channels at a time. Groups of
// eight channels lie side by side, tiles `pitch` apart. A row or column outside the image is read from zeros, without a branch.
import { zeros } from './gemm-pack'
import { ALL4 } from './winograd-transforms'
import {
  gradientTransform4to5x2,
  gradientTransform4x2,
  inputTransform5x2,
  inputTransform6x2,
  outputTransform4of5x2,
  outputTransform4x2,
} from './winograd-transforms-wide'

// @ts-ignore: decorator
@inline
function inputs(side: usize, p: usize, s: usize, q: usize, r: usize, rows: i32, count: usize): void {
  if (side == 6) inputTransform6x2(p, s, q, r, rows)
  else inputTransform5x2(p, s, q, r, rows, count)
}

// @ts-ignore: decorator
@inline
function gradients(side: usize, p: usize, s: usize, q: usize, r: usize, rows: i32): void {
  if (side == 6) gradientTransform4x2(p, s, q, r, rows)
  else gradientTransform4to5x2(p, s, q, r, rows)
}

/** As `inputTransform` of winograd-tiles.ts, `next` bytes from a group of eight channels to the next. */
export function inputTransformWide(
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
    const all = rows == 63 && columns == 63
    if (all) inputTile(6, tile, pitch, pixel, channels, 63, 63, 6, 6, to, stride, next, between)
    else inputTile(6, tile, pitch, pixel, channels, rows, columns, 6, 6, to, stride, next, between)
  } else if (tall == 5) {
    if (broad == 5) inputTile(5, tile, pitch, pixel, channels, rows, columns, 5, 5, to, stride, next, between)
    else inputTile(5, tile, pitch, pixel, channels, rows, columns, 5, 4, to, stride, next, between)
  } else if (broad == 5) inputTile(5, tile, pitch, pixel, channels, rows, columns, 4, 5, to, stride, next, between)
  else inputTile(5, tile, pitch, pixel, channels, rows, columns, 4, 4, to, stride, next, between)
}

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
  const line = side << 5
  const all = (1 << (<i32>side)) - 1
  for (const end = tile + ((<usize>channels) << 2); tile != end; tile += 32, to += next) {
    let p = tile
    let q = between
    let inside = columns
    for (const last = between + broad * 32; q < last; q += 32, p += pixel, inside >>= 1) {
      if (columns != all && (inside & 1) == 0) clear(q, line, tall)
      else inputs(side, p, pitch, q, line, rows, tall)
    }
    p = between
    q = to
    for (const last = between + tall * line; p < last; p += line, q += side * stride)
      inputs(side, p, 32, q, stride, all, broad)
  }
}

/** As `gradientTransform` of winograd-tiles.ts. */
export function gradientTransformWide(
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
  for (const end = tile + pixel; tile != end; tile += 32, to += next) {
    let p = tile
    let q = between
    let inside = columns
    for (const last = between + 128; q < last; q += 32, p += pixel, inside >>= 1) {
      if (columns != ALL4 && (inside & 1) == 0) clear(q, 128, side)
      else gradients(side, p, pitch, q, 128, rows)
    }
    p = between
    q = to
    for (const last = between + (side << 7); p < last; p += 128, q += side * stride)
      gradients(side, p, 32, q, stride, ALL4)
  }
}

/** Zeros at `count` places `apart` bytes from each other. */
// @ts-ignore: decorator
@inline
function clear(q: usize, apart: usize, count: usize): void {
  for (const last = q + count * apart; q < last; q += apart) {
    v128.store(q, f32x4.splat(0))
    v128.store(q, f32x4.splat(0), 16)
  }
}

// @ts-ignore: decorator
@inline
function outputs(side: usize, p: usize, s: usize, q: usize, r: usize, bias: usize, biased: bool): void {
  const low = v128.load(bias)
  const high = v128.load(bias, 16)
  if (side == 6) outputTransform4x2(p, s, q, r, low, high, biased)
  else outputTransform4of5x2(p, s, q, r, low, high, biased)
}

/** As `outputTransform` of winograd-tiles.ts. */
export function outputTransformWide(
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
  const column = side << 5
  const line = between + (side << 7)
  for (const end = m + ((<usize>channels) << 2); m < end; m += 32, to += 32) {
    const b = bias ? bias : zeros
    if (bias) bias += 32
    let p = m
    let q = between
    for (const last = between + column; q < last; q += 32, p += stride)
      outputs(side, p, side * stride, q, column, b, false)
    q = to
    p = between
    for (let i = 0; i < 4; i++, p += column, q += pitch) {
      if (rows != ALL4 && (rows & (1 << i)) == 0) continue
      if (columns == ALL4) {
        outputs(side, p, 32, q, pixel, b, true)
        continue
      }
      outputs(side, p, 32, line, 32, b, true)
      for (let j = 0; j < 4; j++) {
        if ((columns & (1 << j)) == 0) continue
        const from = line + ((<usize>j) << 5)
        const into = q + <usize>j * pixel
        v128.store(into, v128.load(from))
        v128.store(into, v128.load(from, 16), 16)
      }
    }
  }
}
