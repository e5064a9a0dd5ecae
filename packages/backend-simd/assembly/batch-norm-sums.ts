// Sums of batch normalization over the rows, and of its gradient. They go in parts that follow from the shape alone; of a part 32 rows
// are added up in float32, then in float64. Two neighboring vectors are computed together, so that V8 joins them where it can (wide.ts).
import { leaky, normalized } from './leaky'
import { chunkStart, threadIndex } from './threads'

/** Rows that are added in float32. */
const ROWS: i32 = 32
const TOTAL: i32 = 0
const SQUARES: i32 = 1
const GRADIENT: i32 = 2

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
  sumPart(
    SQUARES,
    load<i32>(args, 8),
    chunk,
    <usize>load<u32>(args),
    0,
    bytes,
    mean,
    0,
    f32x4.splat(0),
    to,
    to,
    scratch,
  )
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
