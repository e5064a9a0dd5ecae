// Batch normalization, channels last, with a leaky ReLU after it: y = z where z > 0, else slope·z, of
// z = offset + (x − mean)·scale / √(variance + ε). Rows are positions of all samples. JavaScript side: src/kernels/batch-norm.ts.
//
// Two neighboring vectors are computed together, so that V8 joins them where it can (wide.ts).
import { leaky, normalized } from './leaky'
import { chunkStart } from './threads'

/**
 * What the rows are computed with, once: scale over deviation and offset of each channel, and where gradients are given what they
 * take off: [4, channels]. Arguments: to, channels, variance, scale, offset (0 for none), ε, rows, dOffset (0 for none), dScale.
 * One chunk.
 */
export function batchNormFactors(args: usize, _chunk: i32): void {
  const bytes = (<usize>load<u32>(args, 4)) << 2
  const variance = <usize>load<u32>(args, 8)
  const scale = <usize>load<u32>(args, 12)
  const offset = <usize>load<u32>(args, 16)
  const epsilon = v128.load32_splat(args, 20)
  const rows = f32x4.splat(<f32>load<i32>(args, 24))
  const dOffset = <usize>load<u32>(args, 28)
  const dScale = <usize>load<u32>(args, 32)
  let to = <usize>load<u32>(args)
  for (let c: usize = 0; c < bytes; c += 4, to += 4) {
    const deviation = f32x4.sqrt(f32x4.add(v128.load32_splat(variance + c), epsilon))
    const factor = f32x4.div(scale == 0 ? f32x4.splat(1) : v128.load32_splat(scale + c), deviation)
    v128.store_lane<f32>(to, factor, 0)
    v128.store_lane<f32>(to + bytes, offset == 0 ? f32x4.splat(0) : v128.load32_splat(offset + c), 0)
    if (dOffset == 0) continue
    const each = f32x4.div(factor, rows)
    v128.store_lane<f32>(to + 2 * bytes, f32x4.mul(each, v128.load32_splat(dOffset + c)), 0)
    v128.store_lane<f32>(to + 3 * bytes, f32x4.div(f32x4.mul(each, v128.load32_splat(dScale + c)), deviation), 0)
  }
}

/** The layer. Arguments: x, y, rows, channels, mean, factors and offsets, slope. */
export function batchNormRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const bytes = (<usize>load<u32>(args, 12)) << 2
  const mean = <usize>load<u32>(args, 16)
  const f = <usize>load<u32>(args, 20)
  const slope = v128.load32_splat(args, 24)
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row++) {
    normalizeRow(x + <usize>row * bytes, y + <usize>row * bytes, mean, f, slope, bytes)
  }
}

function normalizeRow(x: usize, y: usize, mean: usize, f: usize, slope: v128, bytes: usize): void {
  const o = f + bytes
  let c: usize = 0
  for (; c + 32 <= bytes; c += 32) {
    const low = f32x4.sub(v128.load(x + c), v128.load(mean + c))
    const high = f32x4.sub(v128.load(x + c, 16), v128.load(mean + c, 16))
    const lowZ = normalized(low, v128.load(f + c), v128.load(o + c))
    const highZ = normalized(high, v128.load(f + c, 16), v128.load(o + c, 16))
    const lowY = leaky(lowZ, lowZ, slope)
    const highY = leaky(highZ, highZ, slope)
    v128.store(y + c, lowY)
    v128.store(y + c, highY, 16)
  }
  for (; c < bytes; c += 4) {
    const apart = f32x4.sub(v128.load32_splat(x + c), v128.load32_splat(mean + c))
    const z = normalized(apart, v128.load32_splat(f + c), v128.load32_splat(o + c))
    v128.store_lane<f32>(y + c, leaky(z, z, slope), 0)
  }
}

/**
 * dx = scale / √(variance + ε) · (g − mean of g − x̂ · mean of g·x̂). Arguments: x, dy, dx, rows, channels, mean, what
 * batchNormFactors makes, slope.
 */
export function batchNormGradRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const dy = <usize>load<u32>(args, 4)
  const dx = <usize>load<u32>(args, 8)
  const rows = load<i32>(args, 12)
  const bytes = (<usize>load<u32>(args, 16)) << 2
  const mean = <usize>load<u32>(args, 20)
  const f = <usize>load<u32>(args, 24)
  const slope = v128.load32_splat(args, 28)
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row++) {
    const at = <usize>row * bytes
    gradientRow(x + at, dy + at, dx + at, mean, f, slope, bytes)
  }
}

function gradientRow(x: usize, dy: usize, dx: usize, mean: usize, f: usize, slope: v128, bytes: usize): void {
  const o = f + bytes
  const p = o + bytes
  const q = p + bytes
  let c: usize = 0
  for (; c + 32 <= bytes; c += 32) {
    const low = f32x4.sub(v128.load(x + c), v128.load(mean + c))
    const high = f32x4.sub(v128.load(x + c, 16), v128.load(mean + c, 16))
    const lowZ = normalized(low, v128.load(f + c), v128.load(o + c))
    const highZ = normalized(high, v128.load(f + c, 16), v128.load(o + c, 16))
    const lowG = leaky(lowZ, v128.load(dy + c), slope)
    const highG = leaky(highZ, v128.load(dy + c, 16), slope)
    const lowX = combined(lowG, low, v128.load(f + c), v128.load(p + c), v128.load(q + c))
    const highX = combined(highG, high, v128.load(f + c, 16), v128.load(p + c, 16), v128.load(q + c, 16))
    v128.store(dx + c, lowX)
    v128.store(dx + c, highX, 16)
  }
  for (; c < bytes; c += 4) {
    const apart = f32x4.sub(v128.load32_splat(x + c), v128.load32_splat(mean + c))
    const z = normalized(apart, v128.load32_splat(f + c), v128.load32_splat(o + c))
    const g = leaky(z, v128.load32_splat(dy + c), slope)
    const d = combined(g, apart, v128.load32_splat(f + c), v128.load32_splat(p + c), v128.load32_splat(q + c))
    v128.store_lane<f32>(dx + c, d, 0)
  }
}

// @ts-ignore: decorator
@inline
function combined(g: v128, apart: v128, f: v128, p: v128, q: v128): v128 {
  return f32x4.sub(f32x4.sub(f32x4.mul(g, f), p), f32x4.mul(apart, q))
}
