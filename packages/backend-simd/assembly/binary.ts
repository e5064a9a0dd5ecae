// Element-wise functions of two arguments with broadcasting, float32 and int32. JavaScript side: src/kernels/binary.ts,
// which joins dimensions so that the last one ("the row") has strides 0 or 1 in each argument.
// Arguments: a, b, y, size, rank, then per dimension (outermost first): extent, stride of a, stride of b, in elements.
import { chunkStart } from './threads'

const ADD: i32 = 0
const SUB: i32 = 1
const MUL: i32 = 2
const DIV: i32 = 3
const MAX: i32 = 4
const MIN: i32 = 5
const HEAD: usize = 20

// `T` and `op` are constants wherever this is inlined, so one branch remains.
// @ts-ignore: decorator
@inline
function apply<T>(op: i32, a: v128, b: v128): v128 {
  if (isFloat<T>()) {
    if (op == ADD) return f32x4.add(a, b)
    if (op == SUB) return f32x4.sub(a, b)
    if (op == MUL) return f32x4.mul(a, b)
    if (op == DIV) return f32x4.div(a, b)
    if (op == MAX) return f32x4.max(a, b)
    return f32x4.min(a, b)
  }
  if (op == ADD) return i32x4.add(a, b)
  if (op == SUB) return i32x4.sub(a, b)
  if (op == MUL) return i32x4.mul(a, b)
  if (op == MAX) return i32x4.max_s(a, b)
  return i32x4.min_s(a, b)
}

/** One row, or a part of one: `count` elements, strides 0 or 1. */
// @ts-ignore: decorator
@inline
function row<T>(op: i32, a: usize, b: usize, y: usize, count: i32, strideA: i32, strideB: i32): void {
  const end = y + (<usize>count << 2)
  const stop = y + (<usize>(count & -4) << 2)
  if (strideA == 0) {
    const first = v128.load32_splat(a)
    for (; y < stop; y += 16, b += 16) v128.store(y, apply<T>(op, first, v128.load(b)))
    for (; y < end; y += 4, b += 4) v128.store_lane<i32>(y, apply<T>(op, first, v128.load32_splat(b)), 0)
  } else if (strideB == 0) {
    const second = v128.load32_splat(b)
    for (; y < stop; y += 16, a += 16) v128.store(y, apply<T>(op, v128.load(a), second))
    for (; y < end; y += 4, a += 4) v128.store_lane<i32>(y, apply<T>(op, v128.load32_splat(a), second), 0)
  } else {
    for (; y < stop; y += 16, a += 16, b += 16) v128.store(y, apply<T>(op, v128.load(a), v128.load(b)))
    for (; y < end; y += 4, a += 4, b += 4) {
      v128.store_lane<i32>(y, apply<T>(op, v128.load32_splat(a), v128.load32_splat(b)), 0)
    }
  }
}

// @ts-ignore: decorator
@inline
function binary<T>(op: i32, args: usize, chunk: i32): void {
  const a = <usize>load<u32>(args)
  const b = <usize>load<u32>(args, 4)
  const y = <usize>load<u32>(args, 8)
  const size = load<i32>(args, 12)
  const rank = load<i32>(args, 16)
  const last = args + HEAD + <usize>(rank - 1) * 12
  const columns = load<i32>(last)
  const strideA = load<i32>(last, 4)
  const strideB = load<i32>(last, 8)
  const end = chunkStart(size, chunk + 1, 16)
  let at = chunkStart(size, chunk, 16)
  while (at < end) {
    let rest = at / columns
    const column = at - rest * columns
    const count = min(columns - column, end - at)
    let offsetA = column * strideA
    let offsetB = column * strideB
    for (let d = last - 12; d >= args + HEAD; d -= 12) {
      const extent = load<i32>(d)
      const outer = rest / extent
      const index = rest - outer * extent
      offsetA += index * load<i32>(d, 4)
      offsetB += index * load<i32>(d, 8)
      rest = outer
    }
    row<T>(op, a + (<usize>offsetA << 2), b + (<usize>offsetB << 2), y + (<usize>at << 2), count, strideA, strideB)
    at += count
  }
}

export function addF32(args: usize, chunk: i32): void { binary<f32>(ADD, args, chunk) }
export function subF32(args: usize, chunk: i32): void { binary<f32>(SUB, args, chunk) }
export function mulF32(args: usize, chunk: i32): void { binary<f32>(MUL, args, chunk) }
export function divF32(args: usize, chunk: i32): void { binary<f32>(DIV, args, chunk) }
export function maxF32(args: usize, chunk: i32): void { binary<f32>(MAX, args, chunk) }
export function minF32(args: usize, chunk: i32): void { binary<f32>(MIN, args, chunk) }
export function addI32(args: usize, chunk: i32): void { binary<i32>(ADD, args, chunk) }
export function subI32(args: usize, chunk: i32): void { binary<i32>(SUB, args, chunk) }
export function mulI32(args: usize, chunk: i32): void { binary<i32>(MUL, args, chunk) }
export function maxI32(args: usize, chunk: i32): void { binary<i32>(MAX, args, chunk) }
export function minI32(args: usize, chunk: i32): void { binary<i32>(MIN, args, chunk) }
