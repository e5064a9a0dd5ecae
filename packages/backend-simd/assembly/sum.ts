// Sums of float32. Runs of up to 1024 elements are added in float32 on many lanes, then in float64: the error does not
// grow with the length, and the order does not depend on the threads. JavaScript side: src/kernels/sum.ts.
import { chunkStart, threadIndex } from './threads'

/** Elements of a row that are added in float32, 32 to a lane. */
const RUN: i32 = 1024
/** Rows that are added in float32 where whole rows are summed. */
const ROWS: i32 = 32
/** Columns summed at once there: eight accumulators. */
const COLUMNS: i32 = 32

// @ts-ignore: decorator
@inline
function term(squared: bool, x: v128): v128 {
  return squared ? f32x4.mul(x, x) : x
}

// @ts-ignore: decorator
@inline
function lanes(x: v128): f64 {
  const low = f64x2.promote_low_f32x4(x)
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
  const both = f64x2.add(low, high)
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
}

/** Sum of `count` adjacent elements, or of their squares. */
// @ts-ignore: decorator
@inline
function runSum(squared: bool, from: usize, count: i32): f64 {
  let total: f64 = 0
  const end = from + ((<usize>count) << 2)
  while (from + 128 <= end) {
    const stop = min(from + RUN * 4, from + ((end - from) & -128))
    let a = term(squared, v128.load(from))
    let b = term(squared, v128.load(from, 16))
    let c = term(squared, v128.load(from, 32))
    let d = term(squared, v128.load(from, 48))
    let e = term(squared, v128.load(from, 64))
    let f = term(squared, v128.load(from, 80))
    let g = term(squared, v128.load(from, 96))
    let h = term(squared, v128.load(from, 112))
    for (from += 128; from < stop; from += 128) {
      a = f32x4.add(a, term(squared, v128.load(from)))
      b = f32x4.add(b, term(squared, v128.load(from, 16)))
      c = f32x4.add(c, term(squared, v128.load(from, 32)))
      d = f32x4.add(d, term(squared, v128.load(from, 48)))
      e = f32x4.add(e, term(squared, v128.load(from, 64)))
      f = f32x4.add(f, term(squared, v128.load(from, 80)))
      g = f32x4.add(g, term(squared, v128.load(from, 96)))
      h = f32x4.add(h, term(squared, v128.load(from, 112)))
    }
    a = f32x4.add(f32x4.add(a, b), f32x4.add(c, d))
    e = f32x4.add(f32x4.add(e, f), f32x4.add(g, h))
    total += lanes(f32x4.add(a, e))
  }
  let rest = f32x4.splat(0)
  for (; from + 16 <= end; from += 16) rest = f32x4.add(rest, term(squared, v128.load(from)))
  total += lanes(rest)
  for (; from < end; from += 4) {
    const x = <f64>load<f32>(from)
    total += squared ? x * x : x
  }
  return total
}

/**
 * Sums of rows [rows, count], each cut into `parts`.
 * Arguments: x, to, rows, count, parts, scale. With one part `to` is the result, float32; else float64 [rows, parts].
 */
export function sumOfRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const to = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const parts = load<i32>(args, 16)
  const scale = <f64>load<f32>(args, 20)
  const end = chunkStart(rows * parts, chunk + 1, 1)
  for (let task = chunkStart(rows * parts, chunk, 1); task < end; task++) {
    if (parts == 1) {
      const sum = runSum(false, x + ((<usize>task * <usize>count) << 2), count)
      store<f32>(to + ((<usize>task) << 2), <f32>(sum * scale))
    } else {
      const row = task / parts
      const part = task - row * parts
      const first = partStart(count, part, parts)
      const from = x + ((<usize>row * <usize>count + <usize>first) << 2)
      store<f64>(to + ((<usize>task) << 3), runSum(false, from, partStart(count, part + 1, parts) - first))
    }
  }
}

// @ts-ignore: decorator
@inline
function partStart(count: i32, part: i32, parts: i32): i32 {
  return part == parts ? count : <i32>((<u64>count * part) / parts) & -32
}

/** Result i is the sum of the adjacent partial sums [i, parts]. Arguments: from, y, size, parts, scale. */
export function sumOfParts(args: usize, chunk: i32): void {
  const from = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const parts = load<i32>(args, 12)
  const scale = <f64>load<f32>(args, 16)
  const end = chunkStart(size, chunk + 1, 16)
  for (let i = chunkStart(size, chunk, 16); i < end; i++) {
    let sum: f64 = 0
    for (let part = 0; part < parts; part++) sum += load<f64>(from + ((<usize>(i * parts + part)) << 3))
    store<f32>(y + ((<usize>i) << 2), <f32>(sum * scale))
  }
}

/** Adds up to 32 rows of 32 columns, and the sums to 32 float64 at `to`. */
// @ts-ignore: decorator
@inline
function addBlock(from: usize, rows: i32, stride: usize, to: usize): void {
  let a = v128.load(from)
  let b = v128.load(from, 16)
  let c = v128.load(from, 32)
  let d = v128.load(from, 48)
  let e = v128.load(from, 64)
  let f = v128.load(from, 80)
  let g = v128.load(from, 96)
  let h = v128.load(from, 112)
  for (let row = 1; row < rows; row++) {
    from += stride
    a = f32x4.add(a, v128.load(from))
    b = f32x4.add(b, v128.load(from, 16))
    c = f32x4.add(c, v128.load(from, 32))
    d = f32x4.add(d, v128.load(from, 48))
    e = f32x4.add(e, v128.load(from, 64))
    f = f32x4.add(f, v128.load(from, 80))
    g = f32x4.add(g, v128.load(from, 96))
    h = f32x4.add(h, v128.load(from, 112))
  }
  addTo(to, a)
  addTo(to + 32, b)
  addTo(to + 64, c)
  addTo(to + 96, d)
  addTo(to + 128, e)
  addTo(to + 160, f)
  addTo(to + 192, g)
  addTo(to + 224, h)
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, x: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)))
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))), 16)
}

/** Adds rows of up to 32 columns to float64 sums at `to`. */
function addRows(from: usize, rows: i32, columns: i32, stride: usize, to: usize): void {
  for (let row = 0; row < rows; row += ROWS) {
    const block = from + <usize>row * stride
    const height = min(ROWS, rows - row)
    if (columns == COLUMNS) {
      addBlock(block, height, stride, to)
      continue
    }
    let column = 0
    for (; column + 4 <= columns; column += 4) {
      let sum = v128.load(block + ((<usize>column) << 2))
      for (let i = 1; i < height; i++)
        sum = f32x4.add(sum, v128.load(block + <usize>i * stride + ((<usize>column) << 2)))
      addTo(to + ((<usize>column) << 3), sum)
    }
    for (; column < columns; column++) {
      let sum: f32 = 0
      for (let i = 0; i < height; i++) sum += load<f32>(block + <usize>i * stride + ((<usize>column) << 2))
      const place = to + ((<usize>column) << 3)
      store<f64>(place, load<f64>(place) + <f64>sum)
    }
  }
}

/**
 * Sums over the middle axis of [outer, count, inner], cut into `parts`.
 * Arguments: x, to, outer, count, inner, parts, scale, scratch (256 bytes a thread). With one part `to` is the result, float32
 * [outer, inner]; else float64 [parts, outer, inner], to be added by `sumOfColumnParts`.
 */
export function sumOfColumns(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const to = <usize>load<u32>(args, 4)
  const outer = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const inner = load<i32>(args, 16)
  const parts = load<i32>(args, 20)
  const scale = <f64>load<f32>(args, 24)
  const scratch = <usize>load<u32>(args, 28) + ((<usize>threadIndex()) << 8)
  const blocks = (inner + COLUMNS - 1) / COLUMNS
  const tasks = parts * outer * blocks
  const end = chunkStart(tasks, chunk + 1, 1)
  for (let task = chunkStart(tasks, chunk, 1); task < end; task++) {
    const above = task / blocks
    const column = (task - above * blocks) * COLUMNS
    const part = above / outer
    const plane = above - part * outer
    const width = min(COLUMNS, inner - column)
    const first = partStart(count, part, parts)
    const rows = partStart(count, part + 1, parts) - first
    const from = x + ((<usize>(plane * count + first) * <usize>inner + <usize>column) << 2)
    const sums = parts == 1 ? scratch : to + ((<usize>above * <usize>inner + <usize>column) << 3)
    for (let i = 0; i < width; i++) store<f64>(sums + ((<usize>i) << 3), 0)
    addRows(from, rows, width, (<usize>inner) << 2, sums)
    if (parts > 1) continue
    const y = to + ((<usize>plane * <usize>inner + <usize>column) << 2)
    for (let i = 0; i < width; i++)
      store<f32>(y + ((<usize>i) << 2), <f32>(load<f64>(sums + ((<usize>i) << 3)) * scale))
  }
}

/** Adds partial sums [parts, size]. Arguments: from, y, size, parts, scale. */
export function sumOfColumnParts(args: usize, chunk: i32): void {
  const from = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const parts = load<i32>(args, 12)
  const scale = <f64>load<f32>(args, 16)
  const end = chunkStart(size, chunk + 1, 16)
  for (let i = chunkStart(size, chunk, 16); i < end; i++) {
    let sum: f64 = 0
    for (let part = 0; part < parts; part++) sum += load<f64>(from + ((<usize>part * <usize>size + <usize>i) << 3))
    store<f32>(y + ((<usize>i) << 2), <f32>(sum * scale))
  }
}

/**
 * Sums of squares of parts of several tensors, float64. Arguments: to, tensors, parts in all, then per tensor: x, size,
 * number of its first part, its parts.
 */
export function squaredNormParts(args: usize, chunk: i32): void {
  const to = <usize>load<u32>(args)
  const tensors = load<i32>(args, 4)
  const tasks = load<i32>(args, 8)
  const end = chunkStart(tasks, chunk + 1, 1)
  let tensor = args + 12
  for (let task = chunkStart(tasks, chunk, 1); task < end; task++) {
    while (tensor < args + 12 + ((<usize>(tensors - 1)) << 4) && task >= load<i32>(tensor, 8) + load<i32>(tensor, 12))
      tensor += 16
    const size = load<i32>(tensor, 4)
    const part = task - load<i32>(tensor, 8)
    const parts = load<i32>(tensor, 12)
    const first = partStart(size, part, parts)
    const from = <usize>load<u32>(tensor) + ((<usize>first) << 2)
    store<f64>(to + ((<usize>task) << 3), runSum(true, from, partStart(size, part + 1, parts) - first))
  }
}

/** Adds those parts. Arguments: from, y, tensors, then per tensor: number of its first part, its parts. One chunk. */
export function squaredNormSums(args: usize, _chunk: i32): void {
  const from = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const tensors = load<i32>(args, 8)
  for (let i = 0; i < tensors; i++) {
    const first = load<i32>(args + ((<usize>i) << 3), 12)
    const parts = load<i32>(args + ((<usize>i) << 3), 16)
    let sum: f64 = 0
    for (let part = first; part < first + parts; part++) sum += load<f64>(from + ((<usize>part) << 3))
    store<f32>(y + ((<usize>i) << 2), <f32>sum)
  }
}
