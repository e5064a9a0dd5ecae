// Batch normalization, channels last, with a leaky ReLU after it: y = z where z > 0, else slope·z, of
// z = offset + (x − mean)·scale / √(variance + ε). Rows are positions of all samples. JavaScript side: src/kernels/batch-norm.ts.
//
// Sums over the rows go in parts that follow from the shape alone; of a part 32 rows are added up in float32, then in float64.
// Two neighboring vectors are computed together, so that V8 joins them where it can (wide.ts).
import { chunkStart, threadIndex } from './threads'

/** Rows that are added in float32. */
const ROWS: i32 = 32
const VARIANCE: i32 = 0
const GRADIENT: i32 = 1

// @ts-ignore: decorator
@inline
function normalized(apart: v128, factor: v128, offset: v128): v128 {
  return f32x4.add(offset, f32x4.mul(apart, factor))
}

/** `value` where z > 0, else slope times it. */
// @ts-ignore: decorator
@inline
function leaky(z: v128, value: v128, slope: v128): v128 {
  return v128.bitselect(value, f32x4.mul(value, slope), f32x4.gt(z, f32x4.splat(0)))
}

/** Scale over deviation, and offset, of each channel, to this thread's memory. */
function factorsTo(to: usize, bytes: usize, variance: usize, scale: usize, offset: usize, epsilon: f32): void {
  for (let at: usize = 0; at < bytes; at += 4) {
    store<f32>(to + at, (scale == 0 ? 1 : load<f32>(scale + at)) / sqrt<f32>(load<f32>(variance + at) + epsilon))
    store<f32>(to + bytes + at, offset == 0 ? 0 : load<f32>(offset + at))
  }
}

/**
 * The layer. Arguments: x, y, rows, channels, mean, variance, scale, offset (addresses of as many numbers as channels; 0 for no
 * scale or offset), ε, slope, scratch and its stride from thread to thread (room for two numbers a channel).
 */
export function batchNormRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const bytes = (<usize>load<u32>(args, 12)) << 2
  const mean = <usize>load<u32>(args, 16)
  const slope = v128.load32_splat(args, 36)
  const f = <usize>load<u32>(args, 40) + <usize>threadIndex() * <usize>load<u32>(args, 44)
  const o = f + bytes
  const variance = <usize>load<u32>(args, 20)
  factorsTo(f, bytes, variance, <usize>load<u32>(args, 24), <usize>load<u32>(args, 28), load<f32>(args, 32))
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row++) {
    const from = x + <usize>row * bytes
    const to = y + <usize>row * bytes
    let c: usize = 0
    for (; c + 32 <= bytes; c += 32) {
      const low = f32x4.sub(v128.load(from + c), v128.load(mean + c))
      const high = f32x4.sub(v128.load(from + c, 16), v128.load(mean + c, 16))
      const lowZ = normalized(low, v128.load(f + c), v128.load(o + c))
      const highZ = normalized(high, v128.load(f + c, 16), v128.load(o + c, 16))
      const lowY = leaky(lowZ, lowZ, slope)
      const highY = leaky(highZ, highZ, slope)
      v128.store(to + c, lowY)
      v128.store(to + c, highY, 16)
    }
    for (; c < bytes; c += 4) {
      const apart = f32x4.sub(v128.load32_splat(from + c), v128.load32_splat(mean + c))
      const z = normalized(apart, v128.load32_splat(f + c), v128.load32_splat(o + c))
      v128.store_lane<f32>(to + c, leaky(z, z, slope), 0)
    }
  }
}

/**
 * Sums of (x − mean)², float64 [parts, channels]; a chunk is a part. Arguments: x, to, rows, channels, mean, scratch and its stride
 * (8 numbers).
 */
export function batchNormSquares(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const bytes = (<usize>load<u32>(args, 12)) << 2
  const to = <usize>load<u32>(args, 4) + <usize>chunk * 2 * bytes
  const mean = <usize>load<u32>(args, 16)
  const scratch = <usize>load<u32>(args, 20) + <usize>threadIndex() * <usize>load<u32>(args, 24)
  sumPart(VARIANCE, load<i32>(args, 8), chunk, x, 0, bytes, mean, 0, 0, f32x4.splat(0), to, to, scratch)
}

/**
 * Sums of g, and of g·(x − mean), of g = dy behind the leaky ReLU; float64 [2, parts, channels]; a chunk is a part. Arguments: x,
 * dy, to, parts, rows, channels, mean, variance, scale, offset, ε, slope, scratch and its stride (room for 16 numbers, and two a
 * channel).
 */
export function batchNormGradSums(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const dy = <usize>load<u32>(args, 4)
  const parts = load<i32>(args, 12)
  const bytes = (<usize>load<u32>(args, 20)) << 2
  const to = <usize>load<u32>(args, 8) + <usize>chunk * 2 * bytes
  const products = to + <usize>parts * 2 * bytes
  const scratch = <usize>load<u32>(args, 48) + <usize>threadIndex() * <usize>load<u32>(args, 52)
  const f = scratch + 64
  const variance = <usize>load<u32>(args, 28)
  factorsTo(f, bytes, variance, <usize>load<u32>(args, 32), <usize>load<u32>(args, 36), load<f32>(args, 40))
  const slope = v128.load32_splat(args, 44)
  const mean = <usize>load<u32>(args, 24)
  sumPart(GRADIENT, load<i32>(args, 16), chunk, x, dy, bytes, mean, f, f + bytes, slope, to, products, scratch)
}

// @ts-ignore: decorator
@inline
function sumPart(
  mode: i32,
  rows: i32,
  chunk: i32,
  x: usize,
  dy: usize,
  bytes: usize,
  mean: usize,
  f: usize,
  o: usize,
  slope: v128,
  sums: usize,
  products: usize,
  scratch: usize,
): void {
  memory.fill(sums, 0, 2 * bytes)
  if (mode == GRADIENT) memory.fill(products, 0, 2 * bytes)
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row += ROWS) {
    const first = <usize>row * bytes
    const last = first + <usize>min(ROWS, end - row) * bytes
    let c: usize = 0
    for (; c + 32 <= bytes; c += 32) {
      let a0 = f32x4.splat(0),
        a1 = f32x4.splat(0),
        b0 = f32x4.splat(0),
        b1 = f32x4.splat(0)
      for (let at = first; at < last; at += bytes) {
        const low = f32x4.sub(v128.load(x + at + c), v128.load(mean + c))
        const high = f32x4.sub(v128.load(x + at + c, 16), v128.load(mean + c, 16))
        if (mode == VARIANCE) {
          a0 = f32x4.add(a0, f32x4.mul(low, low))
          a1 = f32x4.add(a1, f32x4.mul(high, high))
        } else {
          const lowZ = normalized(low, v128.load(f + c), v128.load(o + c))
          const highZ = normalized(high, v128.load(f + c, 16), v128.load(o + c, 16))
          const lowG = leaky(lowZ, v128.load(dy + at + c), slope)
          const highG = leaky(highZ, v128.load(dy + at + c, 16), slope)
          a0 = f32x4.add(a0, lowG)
          a1 = f32x4.add(a1, highG)
          b0 = f32x4.add(b0, f32x4.mul(lowG, low))
          b1 = f32x4.add(b1, f32x4.mul(highG, high))
        }
      }
      v128.store(scratch, a0)
      v128.store(scratch, a1, 16)
      if (mode == GRADIENT) {
        v128.store(scratch, b0, 32)
        v128.store(scratch, b1, 48)
      }
      addEight(sums + 2 * c, scratch)
      if (mode == GRADIENT) addEight(products + 2 * c, scratch + 32)
    }
    for (; c < bytes; c += 4) {
      let a = f32x4.splat(0),
        b = f32x4.splat(0)
      for (let at = first; at < last; at += bytes) {
        const apart = f32x4.sub(v128.load32_splat(x + at + c), v128.load32_splat(mean + c))
        if (mode == VARIANCE) a = f32x4.add(a, f32x4.mul(apart, apart))
        else {
          const z = normalized(apart, v128.load32_splat(f + c), v128.load32_splat(o + c))
          const g = leaky(z, v128.load32_splat(dy + at + c), slope)
          a = f32x4.add(a, g)
          b = f32x4.add(b, f32x4.mul(g, apart))
        }
      }
      store<f64>(sums + 2 * c, load<f64>(sums + 2 * c) + <f64>f32x4.extract_lane(a, 0))
      if (mode == GRADIENT) {
        store<f64>(products + 2 * c, load<f64>(products + 2 * c) + <f64>f32x4.extract_lane(b, 0))
      }
    }
  }
}

/** Adds 8 float32 to 8 float64. */
function addEight(to: usize, from: usize): void {
  for (const end = from + 32; from < end; from += 8, to += 16) {
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v128.load64_zero(from))))
  }
}

/**
 * Joins the parts of batchNormGradSums: gradients of offset and scale. Arguments: from, parts, channels, variance, ε, dOffset,
 * dScale. One chunk.
 */
export function batchNormGradParts(args: usize, _chunk: i32): void {
  const from = <usize>load<u32>(args)
  const parts = load<i32>(args, 4)
  const channels = load<i32>(args, 8)
  const variance = <usize>load<u32>(args, 12)
  const epsilon = load<f32>(args, 16)
  const dOffset = <usize>load<u32>(args, 20)
  const dScale = <usize>load<u32>(args, 24)
  const row = (<usize>channels) << 3
  for (let c: usize = 0; c < row; c += 8) {
    let sum: f64 = 0
    let product: f64 = 0
    for (let part = 0; part < parts; part++) {
      sum += load<f64>(from + <usize>part * row + c)
      product += load<f64>(from + <usize>(parts + part) * row + c)
    }
    store<f32>(dOffset + (c >> 1), <f32>sum)
    store<f32>(dScale + (c >> 1), <f32>(product / sqrt<f64>(<f64>(load<f32>(variance + (c >> 1)) + epsilon))))
  }
}

/**
 * dx = scale / √(variance + ε) · (g − mean of g − x̂ · mean of g·x̂). Arguments: x, dy, dx, rows, channels, mean, variance, scale,
 * offset, ε, slope, dOffset, dScale, scratch and its stride (room for four numbers a channel).
 */
export function batchNormGradRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const dy = <usize>load<u32>(args, 4)
  const dx = <usize>load<u32>(args, 8)
  const rows = load<i32>(args, 12)
  const bytes = (<usize>load<u32>(args, 16)) << 2
  const mean = <usize>load<u32>(args, 20)
  const variance = <usize>load<u32>(args, 24)
  const epsilon = load<f32>(args, 36)
  const slope = v128.load32_splat(args, 40)
  const f = <usize>load<u32>(args, 52) + <usize>threadIndex() * <usize>load<u32>(args, 56)
  const o = f + bytes
  const p = o + bytes
  const q = p + bytes
  factorsTo(f, bytes, variance, <usize>load<u32>(args, 28), <usize>load<u32>(args, 32), epsilon)
  const dOffset = <usize>load<u32>(args, 44)
  const dScale = <usize>load<u32>(args, 48)
  for (let c: usize = 0; c < bytes; c += 4) {
    const factor = load<f32>(f + c) / <f32>rows
    store<f32>(p + c, factor * load<f32>(dOffset + c))
    store<f32>(q + c, (factor * load<f32>(dScale + c)) / sqrt<f32>(load<f32>(variance + c) + epsilon))
  }
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row++) {
    const at = <usize>row * bytes
    let c: usize = 0
    for (; c + 32 <= bytes; c += 32) {
      const low = f32x4.sub(v128.load(x + at + c), v128.load(mean + c))
      const high = f32x4.sub(v128.load(x + at + c, 16), v128.load(mean + c, 16))
      const lowZ = normalized(low, v128.load(f + c), v128.load(o + c))
      const highZ = normalized(high, v128.load(f + c, 16), v128.load(o + c, 16))
      const lowG = leaky(lowZ, v128.load(dy + at + c), slope)
      const highG = leaky(highZ, v128.load(dy + at + c, 16), slope)
      const lowX = combined(lowG, low, v128.load(f + c), v128.load(p + c), v128.load(q + c))
      const highX = combined(highG, high, v128.load(f + c, 16), v128.load(p + c, 16), v128.load(q + c, 16))
      v128.store(dx + at + c, lowX)
      v128.store(dx + at + c, highX, 16)
    }
    for (; c < bytes; c += 4) {
      const apart = f32x4.sub(v128.load32_splat(x + at + c), v128.load32_splat(mean + c))
      const z = normalized(apart, v128.load32_splat(f + c), v128.load32_splat(o + c))
      const g = leaky(z, v128.load32_splat(dy + at + c), slope)
      const d = combined(g, apart, v128.load32_splat(f + c), v128.load32_splat(p + c), v128.load32_splat(q + c))
      v128.store_lane<f32>(dx + at + c, d, 0)
    }
  }
}

// @ts-ignore: decorator
@inline
function combined(g: v128, apart: v128, f: v128, p: v128, q: v128): v128 {
  return f32x4.sub(f32x4.sub(f32x4.mul(g, f), p), f32x4.mul(apart, q))
}
