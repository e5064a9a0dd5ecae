// Maxima, minima, products and integer sums over the middle axis of [outer, count, inner], for 4-byte elements.
// JavaScript side: src/kernels/fold.ts.
import { chunkStart } from './threads'

const MAX: i32 = 0
const MIN: i32 = 1
const PROD: i32 = 2
const SUM: i32 = 3

// `T` and `op` are constants wherever these are inlined. NaN stays NaN in max and min.
// @ts-ignore: decorator
@inline
function join<T>(op: i32, a: v128, b: v128): v128 {
  if (isFloat<T>()) {
    if (op == MAX) return f32x4.max(a, b)
    if (op == MIN) return f32x4.min(a, b)
    return f32x4.mul(a, b)
  }
  if (op == MAX) return i32x4.max_s(a, b)
  if (op == MIN) return i32x4.min_s(a, b)
  if (op == PROD) return i32x4.mul(a, b)
  return i32x4.add(a, b)
}

/** What does not change the other. */
// @ts-ignore: decorator
@inline
function neutral<T>(op: i32): v128 {
  if (isFloat<T>()) {
    if (op == MAX) return f32x4.splat(-Infinity)
    if (op == MIN) return f32x4.splat(Infinity)
    return f32x4.splat(1)
  }
  if (op == MAX) return i32x4.splat(i32.MIN_VALUE)
  if (op == MIN) return i32x4.splat(i32.MAX_VALUE)
  if (op == PROD) return i32x4.splat(1)
  return i32x4.splat(0)
}

/**
 * Joins what is loaded to what is gathered; NaN is passed over and kept by `missing`, because pmax and pmin are one
 * instruction each, max and min are many.
 */
// @ts-ignore: decorator
@inline
function gather<T>(op: i32, a: v128, b: v128): v128 {
  if (isFloat<T>()) {
    if (op == MAX) return f32x4.pmax(a, b)
    if (op == MIN) return f32x4.pmin(a, b)
  }
  return join<T>(op, a, b)
}

/** All ones, which is NaN, where `x` is NaN, or `known` was. */
// @ts-ignore: decorator
@inline
function missing<T>(op: i32, known: v128, x: v128): v128 {
  return isFloat<T>() && (op == MAX || op == MIN) ? v128.or(known, f32x4.ne(x, x)) : known
}

/** All of `count` adjacent elements, in lane 0. */
// @ts-ignore: decorator
@inline
function foldRun<T>(op: i32, from: usize, count: i32): v128 {
  const end = from + ((<usize>count) << 2)
  let a = neutral<T>(op)
  if (from + 64 <= end) {
    let b = a
    let c = a
    let d = a
    let none = i32x4.splat(0)
    for (; from + 64 <= end; from += 64) {
      const e = v128.load(from)
      const f = v128.load(from, 16)
      const g = v128.load(from, 32)
      const h = v128.load(from, 48)
      a = gather<T>(op, a, e)
      b = gather<T>(op, b, f)
      c = gather<T>(op, c, g)
      d = gather<T>(op, d, h)
      none = missing<T>(op, missing<T>(op, missing<T>(op, missing<T>(op, none, e), f), g), h)
    }
    a = v128.or(join<T>(op, join<T>(op, a, b), join<T>(op, c, d)), none)
  }
  for (; from + 16 <= end; from += 16) a = join<T>(op, a, v128.load(from))
  a = join<T>(op, a, v128.shuffle<i32>(a, a, 2, 3, 0, 1))
  a = join<T>(op, a, v128.shuffle<i32>(a, a, 1, 0, 3, 2))
  for (; from < end; from += 4) a = join<T>(op, a, v128.load32_splat(from))
  return a
}

/** `count` rows of up to 16 columns. */
// @ts-ignore: decorator
@inline
function foldColumns<T>(op: i32, x: usize, y: usize, count: i32, columns: i32, stride: usize): void {
  let column = 0
  if (columns == 16) {
    let a = neutral<T>(op)
    let b = a
    let c = a
    let d = a
    let noneA = i32x4.splat(0)
    let noneB = noneA
    let noneC = noneA
    let noneD = noneA
    for (let i = 0; i < count; i++, x += stride) {
      const e = v128.load(x)
      const f = v128.load(x, 16)
      const g = v128.load(x, 32)
      const h = v128.load(x, 48)
      a = gather<T>(op, a, e)
      b = gather<T>(op, b, f)
      c = gather<T>(op, c, g)
      d = gather<T>(op, d, h)
      noneA = missing<T>(op, noneA, e)
      noneB = missing<T>(op, noneB, f)
      noneC = missing<T>(op, noneC, g)
      noneD = missing<T>(op, noneD, h)
    }
    v128.store(y, v128.or(a, noneA))
    v128.store(y, v128.or(b, noneB), 16)
    v128.store(y, v128.or(c, noneC), 32)
    v128.store(y, v128.or(d, noneD), 48)
    return
  }
  for (; column + 4 <= columns; column += 4) {
    let a = neutral<T>(op)
    for (let i = 0; i < count; i++) a = join<T>(op, a, v128.load(x + <usize>i * stride + ((<usize>column) << 2)))
    v128.store(y + ((<usize>column) << 2), a)
  }
  for (; column < columns; column++) {
    let a = neutral<T>(op)
    for (let i = 0; i < count; i++)
      a = join<T>(op, a, v128.load32_splat(x + <usize>i * stride + ((<usize>column) << 2)))
    v128.store_lane<i32>(y + ((<usize>column) << 2), a, 0)
  }
}

/**
 * Arguments: x, to, outer, count, inner, parts: the axis is cut into parts (1 where inner > 1 and there is enough
 * else to share), the result is [outer, parts, inner].
 */
// @ts-ignore: decorator
@inline
function fold<T>(op: i32, args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const to = <usize>load<u32>(args, 4)
  const outer = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const inner = load<i32>(args, 16)
  const parts = load<i32>(args, 20)
  const blocks = (inner + 15) / 16
  const tasks = outer * parts * blocks
  const end = chunkStart(tasks, chunk + 1, 1)
  for (let task = chunkStart(tasks, chunk, 1); task < end; task++) {
    const above = task / blocks
    const column = (task - above * blocks) * 16
    const plane = above / parts
    const part = above - plane * parts
    const first = <i32>((<u64>count * part) / parts)
    const rows = <i32>((<u64>count * (part + 1)) / parts) - first
    const from = x + ((<usize>(plane * count + first) * <usize>inner + <usize>column) << 2)
    const y = to + ((<usize>above * <usize>inner + <usize>column) << 2)
    if (inner == 1) v128.store_lane<i32>(y, foldRun<T>(op, from, rows), 0)
    else foldColumns<T>(op, from, y, rows, min(16, inner - column), (<usize>inner) << 2)
  }
}

export function foldMaxF32(args: usize, chunk: i32): void {
  fold<f32>(MAX, args, chunk)
}
export function foldMinF32(args: usize, chunk: i32): void {
  fold<f32>(MIN, args, chunk)
}
export function foldProdF32(args: usize, chunk: i32): void {
  fold<f32>(PROD, args, chunk)
}
export function foldMaxI32(args: usize, chunk: i32): void {
  fold<i32>(MAX, args, chunk)
}
export function foldMinI32(args: usize, chunk: i32): void {
  fold<i32>(MIN, args, chunk)
}
export function foldProdI32(args: usize, chunk: i32): void {
  fold<i32>(PROD, args, chunk)
}
export function foldSumI32(args: usize, chunk: i32): void {
  fold<i32>(SUM, args, chunk)
}
