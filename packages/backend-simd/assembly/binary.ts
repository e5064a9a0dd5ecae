// Element-wise functions of two arguments with broadcasting. JavaScript side: src/kernels/binary.ts, which joins
// dimensions so that the last one ("the row") has strides 0 or 1 in each argument.
// Arguments: a, b, y, size, rank, then per dimension (outermost first): extent, stride of a, stride of b, in elements.
import { chunkStart } from './threads'
import { WIDE } from './wide'

const ADD: i32 = 0
const SUB: i32 = 1
const MUL: i32 = 2
const DIV: i32 = 3
const MAX: i32 = 4
const MIN: i32 = 5
const SQUARED_DIFFERENCE: i32 = 6
const PRELU: i32 = 7
const ELU_GRAD: i32 = 8
const POW: i32 = 9
const MOD: i32 = 10
const ATAN2: i32 = 11
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
    if (op == MIN) return f32x4.min(a, b)
    if (op == SQUARED_DIFFERENCE) {
      const difference = f32x4.sub(a, b)
      return f32x4.mul(difference, difference)
    }
    if (op == PRELU) return v128.bitselect(f32x4.mul(b, a), a, f32x4.lt(a, f32x4.splat(0)))
    if (op == ELU_GRAD) {
      // a: the gradient, b: the result of elu.
      const below = f32x4.mul(a, f32x4.add(b, f32x4.splat(1)))
      return v128.bitselect(a, below, f32x4.ge(b, f32x4.splat(0)))
    }
    let y = f32x4.splat(scalar(op, f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)))
    y = f32x4.replace_lane(y, 1, scalar(op, f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)))
    y = f32x4.replace_lane(y, 2, scalar(op, f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)))
    return f32x4.replace_lane(y, 3, scalar(op, f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)))
  }
  if (op == ADD) return i32x4.add(a, b)
  if (op == SUB) return i32x4.sub(a, b)
  if (op == MUL) return i32x4.mul(a, b)
  if (op == MAX) return i32x4.max_s(a, b)
  if (op == MIN) return i32x4.min_s(a, b)
  const difference = i32x4.sub(a, b)
  return i32x4.mul(difference, difference)
}

// What training rarely calls goes through float64, one element at a time.
// @ts-ignore: decorator
@inline
function scalar(op: i32, a: f32, b: f32): f32 {
  if (op == POW) return power(a, b)
  if (op == MOD) return modulo(a, b)
  return <f32>Math.atan2(<f64>a, <f64>b)
}

function power(a: f32, b: f32): f32 {
  if (b == 2) return a * a
  return <f32>Math.pow(<f64>a, <f64>b)
}

function modulo(a: f32, b: f32): f32 {
  const rest = <f64>a % <f64>b
  if ((a < 0 && b < 0) || (a >= 0 && b >= 0)) return <f32>rest
  return <f32>((rest + <f64>b) % <f64>b)
}

/** The 256-bit builds' loop (wide.ts): pairs of vectors. A side that is `fixed` has one number for all. */
// @ts-ignore: decorator
@inline
function pairs<T>(op: i32, a: usize, b: usize, y: usize, bytes: usize, fixedA: bool, fixedB: bool): void {
  for (let at: usize = 0; at < bytes; at += 32) {
    const a0 = fixedA ? v128.load32_splat(a) : v128.load(a + at)
    const a1 = fixedA ? a0 : v128.load(a + at, 16)
    const b0 = fixedB ? v128.load32_splat(b) : v128.load(b + at)
    const b1 = fixedB ? b0 : v128.load(b + at, 16)
    const low = apply<T>(op, a0, b0)
    const high = apply<T>(op, a1, b1)
    v128.store(y + at, low)
    v128.store(y + at, high, 16)
  }
}

/** One row, or a part of one: `count` elements, strides 0 or 1. */
// @ts-ignore: decorator
@inline
function row<T>(op: i32, a: usize, b: usize, y: usize, count: i32, strideA: i32, strideB: i32): void {
  const end = y + ((<usize>count) << 2)
  const stop = y + ((<usize>(count & -4)) << 2)
  if (WIDE && op <= SQUARED_DIFFERENCE) {
    const bytes = (<usize>(count & -8)) << 2
    if (strideA == 0) pairs<T>(op, a, b, y, bytes, true, false)
    else if (strideB == 0) pairs<T>(op, a, b, y, bytes, false, true)
    else pairs<T>(op, a, b, y, bytes, false, false)
    a += <usize>strideA * bytes
    b += <usize>strideB * bytes
    y += bytes
  }
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
  const second = last - 12
  const stepA = rank > 1 ? (<usize>load<u32>(second, 4)) << 2 : 0
  const stepB = rank > 1 ? (<usize>load<u32>(second, 8)) << 2 : 0
  const end = chunkStart(size, chunk + 1, 16)
  let at = chunkStart(size, chunk, 16)
  while (at < end) {
    let rest = at / columns
    let column = at - rest * columns
    let rows = 1
    let rowA = a
    let rowB = b
    for (let d = second; d >= args + HEAD; d -= 12) {
      const extent = load<i32>(d)
      const outer = rest / extent
      const index = rest - outer * extent
      if (d == second) rows = extent - index
      rowA += (<usize>index * <usize>load<u32>(d, 4)) << 2
      rowB += (<usize>index * <usize>load<u32>(d, 8)) << 2
      rest = outer
    }
    // Rows along the last dimension but one need no division.
    for (; rows > 0 && at < end; rows--, rowA += stepA, rowB += stepB) {
      const count = min(columns - column, end - at)
      const fromA = rowA + ((<usize>(column * strideA)) << 2)
      const fromB = rowB + ((<usize>(column * strideB)) << 2)
      row<T>(op, fromA, fromB, y + ((<usize>at) << 2), count, strideA, strideB)
      at += count
      column = 0
    }
  }
}

export function addF32(args: usize, chunk: i32): void {
  binary<f32>(ADD, args, chunk)
}
export function subF32(args: usize, chunk: i32): void {
  binary<f32>(SUB, args, chunk)
}
export function mulF32(args: usize, chunk: i32): void {
  binary<f32>(MUL, args, chunk)
}
export function divF32(args: usize, chunk: i32): void {
  binary<f32>(DIV, args, chunk)
}
export function maxF32(args: usize, chunk: i32): void {
  binary<f32>(MAX, args, chunk)
}
export function minF32(args: usize, chunk: i32): void {
  binary<f32>(MIN, args, chunk)
}
export function addI32(args: usize, chunk: i32): void {
  binary<i32>(ADD, args, chunk)
}
export function subI32(args: usize, chunk: i32): void {
  binary<i32>(SUB, args, chunk)
}
export function mulI32(args: usize, chunk: i32): void {
  binary<i32>(MUL, args, chunk)
}
export function maxI32(args: usize, chunk: i32): void {
  binary<i32>(MAX, args, chunk)
}
export function minI32(args: usize, chunk: i32): void {
  binary<i32>(MIN, args, chunk)
}
export function squaredDifferenceF32(args: usize, chunk: i32): void {
  binary<f32>(SQUARED_DIFFERENCE, args, chunk)
}
export function squaredDifferenceI32(args: usize, chunk: i32): void {
  binary<i32>(SQUARED_DIFFERENCE, args, chunk)
}
export function preluF32(args: usize, chunk: i32): void {
  binary<f32>(PRELU, args, chunk)
}
export function eluGradF32(args: usize, chunk: i32): void {
  binary<f32>(ELU_GRAD, args, chunk)
}
export function powF32(args: usize, chunk: i32): void {
  binary<f32>(POW, args, chunk)
}
export function modF32(args: usize, chunk: i32): void {
  binary<f32>(MOD, args, chunk)
}
export function atan2F32(args: usize, chunk: i32): void {
  binary<f32>(ATAN2, args, chunk)
}
