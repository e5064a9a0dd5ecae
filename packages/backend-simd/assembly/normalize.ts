// Softmax over rows. JavaScript side: src/kernels/normalize.ts.
import { expF32x4 } from './math'
import { chunkStart } from './threads'

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
