// Batch normalization, channels last, with a leaky ReLU after it: y = z where z > 0, else slope·z, of
// z = offset + (x − mean)·scale / √(variance + ε). Rows are positions of all samples. JavaScript side: src/kernels/batch-norm.ts.
//
// Sums over the rows go in parts that follow from the shape alone; of a part 32 rows are added up in float32, then in float64.
// Two neighboring vectors are computed together, so that V8 joins them where it can (wide.ts).
import { chunkStart, threadIndex } from './threads'

/** Rows that are added in float32. */
const ROWS: i32 = 32
const TOTAL: i32 = 0
const SQUARES: i32 = 1
const GRADIENT: i32 = 2

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

/** Sums of x, float64 [parts, channels]; a chunk is a part. Arguments: x, to, rows, channels, scratch and its stride (a number a channel). */
export function batchNormTotals(args: usize, chunk: i32): void {
  const bytes = (<usize>load<u32>(args, 12)) << 2
  const to = <usize>load<u32>(args, 4) + <usize>chunk * 2 * bytes
  const scratch = <usize>load<u32>(args, 16) + <usize>threadIndex() * <usize>load<u32>(args, 20)
  sumPart(TOTAL, load<i32>(args, 8), chunk, <usize>load<u32>(args), 0, bytes, 0, 0, f32x4.splat(0), to, to, scratch)
}

/** As batchNormTotals of (x − mean)²; the mean behind the other arguments. */
export function batchNormSquares(args: usize, chunk: i32): void {
  const bytes = (<usize>load<u32>(args, 12)) << 2
  const to = <usize>load<u32>(args, 4) + <usize>chunk * 2 * bytes
  const scratch = <usize>load<u32>(args, 16) + <usize>threadIndex() * <usize>load<u32>(args, 20)
  const mean = <usize>load<u32>(args, 24)
  sumPart(SQUARES, load<i32>(args, 8), chunk, <usize>load<u32>(args), 0, bytes, mean, 0, f32x4.splat(0), to, to, scratch)
}

/**
 * Sums of g, and of g·(x − mean), of g = dy behind the leaky ReLU; float64 [2, parts, channels]; a chunk is a part. Arguments: x,
 * dy, to, parts, rows, channels, mean, factors and offsets, slope, scratch and its stride (two numbers a channel).
 */
export function batchNormGradSums(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const dy = <usize>load<u32>(args, 4)
  const parts = load<i32>(args, 12)
  const bytes = (<usize>load<u32>(args, 20)) << 2
  const to = <usize>load<u32>(args, 8) + <usize>chunk * 2 * bytes
  const products = to + <usize>parts * 2 * bytes
  const mean = <usize>load<u32>(args, 24)
  const f = <usize>load<u32>(args, 28)
  const slope = v128.load32_splat(args, 32)
  const scratch = <usize>load<u32>(args, 36) + <usize>threadIndex() * <usize>load<u32>(args, 40)
  sumPart(GRADIENT, load<i32>(args, 16), chunk, x, dy, bytes, mean, f, slope, to, products, scratch)
}

/** Row after row, so that memory is read in order; the sums of a block of rows stay in the cache. */
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
  slope: v128,
  sums: usize,
  products: usize,
  scratch: usize,
): void {
  memory.fill(sums, 0, 2 * bytes)
  if (mode == GRADIENT) memory.fill(products, 0, 2 * bytes)
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row += ROWS) {
    memory.fill(scratch, 0, mode == GRADIENT ? 2 * bytes : bytes)
    for (let r = row; r < min(row + ROWS, end); r++) {
      const at = <usize>r * bytes
      if (mode == TOTAL) addTotals(x + at, scratch, bytes)
      else if (mode == SQUARES) addSquares(x + at, mean, scratch, bytes)
      else addGradients(x + at, dy + at, mean, f, slope, scratch, bytes)
    }
    addTo(sums, scratch, bytes)
    if (mode == GRADIENT) addTo(products, scratch + bytes, bytes)
  }
}

/** What one row adds to the sums of a block. */
function addTotals(x: usize, sums: usize, bytes: usize): void {
  let c: usize = 0
  for (; c + 32 <= bytes; c += 32) {
    const low = f32x4.add(v128.load(sums + c), v128.load(x + c))
    const high = f32x4.add(v128.load(sums + c, 16), v128.load(x + c, 16))
    v128.store(sums + c, low)
    v128.store(sums + c, high, 16)
  }
  for (; c < bytes; c += 4) store<f32>(sums + c, load<f32>(sums + c) + load<f32>(x + c))
}

function addSquares(x: usize, mean: usize, sums: usize, bytes: usize): void {
  let c: usize = 0
  for (; c + 32 <= bytes; c += 32) {
    const low = f32x4.sub(v128.load(x + c), v128.load(mean + c))
    const high = f32x4.sub(v128.load(x + c, 16), v128.load(mean + c, 16))
    const lowSum = f32x4.add(v128.load(sums + c), f32x4.mul(low, low))
    const highSum = f32x4.add(v128.load(sums + c, 16), f32x4.mul(high, high))
    v128.store(sums + c, lowSum)
    v128.store(sums + c, highSum, 16)
  }
  for (; c < bytes; c += 4) {
    const apart = load<f32>(x + c) - load<f32>(mean + c)
    store<f32>(sums + c, load<f32>(sums + c) + apart * apart)
  }
}

function addGradients(x: usize, dy: usize, mean: usize, f: usize, slope: v128, sums: usize, bytes: usize): void {
  const o = f + bytes
  const products = sums + bytes
  let c: usize = 0
  for (; c + 32 <= bytes; c += 32) {
    const low = f32x4.sub(v128.load(x + c), v128.load(mean + c))
    const high = f32x4.sub(v128.load(x + c, 16), v128.load(mean + c, 16))
    const lowZ = normalized(low, v128.load(f + c), v128.load(o + c))
    const highZ = normalized(high, v128.load(f + c, 16), v128.load(o + c, 16))
    const lowG = leaky(lowZ, v128.load(dy + c), slope)
    const highG = leaky(highZ, v128.load(dy + c, 16), slope)
    const lowSum = f32x4.add(v128.load(sums + c), lowG)
    const highSum = f32x4.add(v128.load(sums + c, 16), highG)
    const lowProduct = f32x4.add(v128.load(products + c), f32x4.mul(lowG, low))
    const highProduct = f32x4.add(v128.load(products + c, 16), f32x4.mul(highG, high))
    v128.store(sums + c, lowSum)
    v128.store(sums + c, highSum, 16)
    v128.store(products + c, lowProduct)
    v128.store(products + c, highProduct, 16)
  }
  for (; c < bytes; c += 4) {
    const apart = f32x4.sub(v128.load32_splat(x + c), v128.load32_splat(mean + c))
    const z = normalized(apart, v128.load32_splat(f + c), v128.load32_splat(o + c))
    const g = leaky(z, v128.load32_splat(dy + c), slope)
    store<f32>(sums + c, load<f32>(sums + c) + f32x4.extract_lane(g, 0))
    store<f32>(products + c, load<f32>(products + c) + f32x4.extract_lane(f32x4.mul(g, apart), 0))
  }
}

/** Adds float32 to as many float64. */
function addTo(to: usize, from: usize, bytes: usize): void {
  const end = from + bytes
  for (; from + 8 <= end; from += 8, to += 16) {
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v128.load64_zero(from))))
  }
  if (from < end) store<f64>(to, load<f64>(to) + <f64>load<f32>(from))
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
