// Softmax over rows, and batch normalization with given moments. JavaScript side: src/kernels/normalize.ts.
import { expF32x4 } from './math'
import { chunkStart } from './threads'

// @ts-ignore: decorator
@inline
function across(x: v128): v128 {
  const pairs = f32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1))
  return f32x4.add(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2))
}

function rowMaximum(from: usize, end: usize): f32 {
  let a = f32x4.splat(-Infinity)
  for (; from + 16 <= end; from += 16) a = f32x4.max(a, v128.load(from))
  for (; from < end; from += 4) a = f32x4.max(a, v128.load32_splat(from))
  a = f32x4.max(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.max(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2)), 0)
}

/** Writes e^(x − shift) and returns the sum: in float32 within 1024 elements, in float64 beyond. */
function rowExponentials(x: usize, y: usize, count: i32, shift: f32): f64 {
  const shifts = f32x4.splat(shift)
  const end = x + (<usize>count << 2)
  let total: f64 = 0
  while (x < end) {
    const stop = min(end, x + 4096)
    let sum = f32x4.splat(0)
    for (; x + 16 <= stop; x += 16, y += 16) {
      const e = expF32x4(f32x4.sub(v128.load(x), shifts))
      v128.store(y, e)
      sum = f32x4.add(sum, e)
    }
    total += <f64>f32x4.extract_lane(across(sum), 0)
    for (; x < stop; x += 4, y += 4) {
      const e = expF32x4(f32x4.sub(v128.load32_splat(x), shifts))
      v128.store_lane<f32>(y, e, 0)
      total += <f64>f32x4.extract_lane(e, 0)
    }
  }
  return total
}

/** Arguments: x, y, rows, count. */
export function softmaxRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const bytes = <usize>count << 2
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row++) {
    const from = x + <usize>row * bytes
    const to = y + <usize>row * bytes
    const sum = rowExponentials(from, to, count, rowMaximum(from, from + bytes))
    const factor = f32x4.splat(<f32>(1 / sum))
    let at = to
    for (; at + 16 <= to + bytes; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor))
    for (; at < to + bytes; at += 4) v128.store_lane<f32>(at, f32x4.mul(v128.load32_splat(at), factor), 0)
  }
}

/**
 * y = offset + (x − mean)·scale / √(variance + ε), channels last.
 * Arguments: x, y, rows, channels, mean, variance, scale, offset (addresses of as many numbers as channels; 0 for no
 * scale or offset), ε.
 */
export function batchNormRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const bytes = <usize>load<u32>(args, 12) << 2
  const mean = <usize>load<u32>(args, 16)
  const variance = <usize>load<u32>(args, 20)
  const scale = <usize>load<u32>(args, 24)
  const offset = <usize>load<u32>(args, 28)
  const epsilon = v128.load32_splat(args, 32)
  const first = chunkStart(rows, chunk, 1)
  const end = chunkStart(rows, chunk + 1, 1)
  let at: usize = 0
  // Channels outside, rows inside, 32 rows at a time so that they stay in cache.
  for (let block = first; block < end; block += 32) {
    const stop = min(end, block + 32)
    for (at = 0; at < bytes; at += 16) {
      const four = at + 16 <= bytes
      const center = four ? v128.load(mean + at) : tail(mean, at, bytes)
      const spread = four ? v128.load(variance + at) : tail(variance, at, bytes)
      const gain = scale == 0 ? f32x4.splat(1) : four ? v128.load(scale + at) : tail(scale, at, bytes)
      const shift = offset == 0 ? f32x4.splat(0) : four ? v128.load(offset + at) : tail(offset, at, bytes)
      const factor = f32x4.div(gain, f32x4.sqrt(f32x4.add(spread, epsilon)))
      for (let row = block; row < stop; row++) {
        const place = <usize>row * bytes + at
        const value = four ? v128.load(x + place) : tail(x + <usize>row * bytes, at, bytes)
        const result = f32x4.add(shift, f32x4.mul(f32x4.sub(value, center), factor))
        if (four) v128.store(y + place, result)
        else storeTail(y + place, result, bytes - at)
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function tail(from: usize, at: usize, bytes: usize): v128 {
  let x = v128.load32_zero(from + at)
  if (at + 8 <= bytes) x = f32x4.replace_lane(x, 1, load<f32>(from + at, 4))
  if (at + 12 <= bytes) x = f32x4.replace_lane(x, 2, load<f32>(from + at, 8))
  return x
}

// @ts-ignore: decorator
@inline
function storeTail(to: usize, x: v128, bytes: usize): void {
  v128.store_lane<f32>(to, x, 0)
  if (bytes >= 8) v128.store_lane<f32>(to, x, 1, 4)
  if (bytes >= 12) v128.store_lane<f32>(to, x, 2, 8)
}
