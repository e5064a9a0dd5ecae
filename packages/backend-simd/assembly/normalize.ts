// Softmax over rows, and batch normalization with given moments. JavaScript side: src/kernels/normalize.ts.
import { expF32x4 } from './math'
import { chunkStart, threadIndex } from './threads'

// @ts-ignore: decorator
@inline
function across(x: v128): v128 {
  const pairs = f32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1))
  return f32x4.add(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2))
}

// NaN is passed over: it makes the sum of the exponentials NaN, and so the whole row.
function rowMaximum(from: usize, end: usize): f32 {
  let a = f32x4.splat(-Infinity)
  let b = a
  for (; from + 32 <= end; from += 32) {
    a = f32x4.pmax(a, v128.load(from))
    b = f32x4.pmax(b, v128.load(from, 16))
  }
  a = f32x4.pmax(a, b)
  for (; from + 16 <= end; from += 16) a = f32x4.pmax(a, v128.load(from))
  for (; from < end; from += 4) a = f32x4.pmax(a, v128.load32_splat(from))
  a = f32x4.pmax(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.pmax(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2)), 0)
}

/** Writes e^(x − shift) and returns the sum: in float32 within 1024 elements, in float64 beyond. */
function rowExponentials(x: usize, y: usize, count: i32, shift: f32): f64 {
  const shifts = f32x4.splat(shift)
  const end = x + ((<usize>count) << 2)
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
  const bytes = (<usize>count) << 2
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

// @ts-ignore: decorator
@inline
function normalized(x: v128, mean: v128, factor: v128, offset: v128): v128 {
  return f32x4.add(offset, f32x4.mul(f32x4.sub(x, mean), factor))
}

/**
 * y = offset + (x − mean)·scale / √(variance + ε), channels last.
 * Arguments: x, y, rows, channels, mean, variance, scale, offset (addresses of as many numbers as channels; 0 for no
 * scale or offset), ε, scratch and its stride from thread to thread (room for two numbers a channel).
 */
export function batchNormRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const bytes = (<usize>load<u32>(args, 12)) << 2
  const mean = <usize>load<u32>(args, 16)
  const variance = <usize>load<u32>(args, 20)
  const scale = <usize>load<u32>(args, 24)
  const offset = <usize>load<u32>(args, 28)
  const epsilon = load<f32>(args, 32)
  const factors = <usize>load<u32>(args, 36) + <usize>threadIndex() * <usize>load<u32>(args, 40)
  const offsets = factors + bytes
  for (let at: usize = 0; at < bytes; at += 4) {
    store<f32>(factors + at, (scale == 0 ? 1 : load<f32>(scale + at)) / sqrt<f32>(load<f32>(variance + at) + epsilon))
    store<f32>(offsets + at, offset == 0 ? 0 : load<f32>(offset + at))
  }
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row++) {
    const from = x + <usize>row * bytes
    const to = y + <usize>row * bytes
    let at: usize = 0
    for (; at + 16 <= bytes; at += 16) {
      const value = normalized(
        v128.load(from + at),
        v128.load(mean + at),
        v128.load(factors + at),
        v128.load(offsets + at),
      )
      v128.store(to + at, value)
    }
    for (; at < bytes; at += 4) {
      store<f32>(
        to + at,
        load<f32>(offsets + at) + (load<f32>(from + at) - load<f32>(mean + at)) * load<f32>(factors + at),
      )
    }
  }
}
