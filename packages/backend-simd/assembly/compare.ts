// Comparisons and logic of two arguments with broadcasting; the result is bool, one byte an element. JavaScript side:
// src/kernels/compare.ts. Arguments as in binary.ts. Also the choice between two tensors by a condition.
import { chunkStart } from './threads'

const EQUAL: i32 = 0
const NOT_EQUAL: i32 = 1
const LESS: i32 = 2
const LESS_EQUAL: i32 = 3
const GREATER: i32 = 4
const GREATER_EQUAL: i32 = 5
const AND: i32 = 6
const OR: i32 = 7
const HEAD: usize = 20

// `T` and `op` are constants wherever these are inlined.
// @ts-ignore: decorator
@inline
function compare4<T>(op: i32, a: v128, b: v128): v128 {
  if (isFloat<T>()) {
    if (op == EQUAL) return f32x4.eq(a, b)
    if (op == NOT_EQUAL) return f32x4.ne(a, b)
    if (op == LESS) return f32x4.lt(a, b)
    if (op == LESS_EQUAL) return f32x4.le(a, b)
    if (op == GREATER) return f32x4.gt(a, b)
    return f32x4.ge(a, b)
  }
  if (op == EQUAL) return i32x4.eq(a, b)
  if (op == NOT_EQUAL) return i32x4.ne(a, b)
  if (op == LESS) return i32x4.lt_s(a, b)
  if (op == LESS_EQUAL) return i32x4.le_s(a, b)
  if (op == GREATER) return i32x4.gt_s(a, b)
  return i32x4.ge_s(a, b)
}

// @ts-ignore: decorator
@inline
function compare1<T>(op: i32, a: T, b: T): u8 {
  if (op == EQUAL) return a == b ? 1 : 0
  if (op == NOT_EQUAL) return a != b ? 1 : 0
  if (op == LESS) return a < b ? 1 : 0
  if (op == LESS_EQUAL) return a <= b ? 1 : 0
  if (op == GREATER) return a > b ? 1 : 0
  if (op == GREATER_EQUAL) return a >= b ? 1 : 0
  if (op == AND) return a != <T>0 && b != <T>0 ? 1 : 0
  return a != <T>0 || b != <T>0 ? 1 : 0
}

/** One row, or a part of one; steps in bytes, 0 or the size of an element. */
// @ts-ignore: decorator
@inline
function row<T>(op: i32, a: usize, b: usize, y: usize, count: i32, stepA: usize, stepB: usize): void {
  const end = y + <usize>count
  if (sizeof<T>() == 4 && op < AND && stepA == 4 && (stepB == 4 || stepB == 0)) {
    const constant = v128.load32_splat(b)
    for (const stop = y + <usize>(count & -16); y < stop; y += 16, a += 64, b += stepB << 4) {
      const c = compare4<T>(op, v128.load(a), stepB == 0 ? constant : v128.load(b))
      const d = compare4<T>(op, v128.load(a, 16), stepB == 0 ? constant : v128.load(b, 16))
      const e = compare4<T>(op, v128.load(a, 32), stepB == 0 ? constant : v128.load(b, 32))
      const f = compare4<T>(op, v128.load(a, 48), stepB == 0 ? constant : v128.load(b, 48))
      const low = i16x8.narrow_i32x4_s(c, d)
      const high = i16x8.narrow_i32x4_s(e, f)
      v128.store(y, v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1)))
    }
  }
  for (; y < end; y++, a += stepA, b += stepB) store<u8>(y, compare1<T>(op, load<T>(a), load<T>(b)))
}

// @ts-ignore: decorator
@inline
function compare<T>(op: i32, args: usize, chunk: i32): void {
  const a = <usize>load<u32>(args)
  const b = <usize>load<u32>(args, 4)
  const y = <usize>load<u32>(args, 8)
  const size = load<i32>(args, 12)
  const rank = load<i32>(args, 16)
  const last = args + HEAD + <usize>(rank - 1) * 12
  const columns = load<i32>(last)
  const stepA = <usize>load<u32>(last, 4) * sizeof<T>()
  const stepB = <usize>load<u32>(last, 8) * sizeof<T>()
  const end = chunkStart(size, chunk + 1, 64)
  let at = chunkStart(size, chunk, 64)
  while (at < end) {
    let rest = at / columns
    const column = at - rest * columns
    const count = min(columns - column, end - at)
    let fromA = a + <usize>column * stepA
    let fromB = b + <usize>column * stepB
    for (let d = last - 12; d >= args + HEAD; d -= 12) {
      const extent = load<i32>(d)
      const outer = rest / extent
      const index = <usize>(rest - outer * extent)
      fromA += index * <usize>load<u32>(d, 4) * sizeof<T>()
      fromB += index * <usize>load<u32>(d, 8) * sizeof<T>()
      rest = outer
    }
    row<T>(op, fromA, fromB, y + <usize>at, count, stepA, stepB)
    at += count
  }
}

export function equalF32(args: usize, chunk: i32): void {
  compare<f32>(EQUAL, args, chunk)
}
export function notEqualF32(args: usize, chunk: i32): void {
  compare<f32>(NOT_EQUAL, args, chunk)
}
export function lessF32(args: usize, chunk: i32): void {
  compare<f32>(LESS, args, chunk)
}
export function lessEqualF32(args: usize, chunk: i32): void {
  compare<f32>(LESS_EQUAL, args, chunk)
}
export function greaterF32(args: usize, chunk: i32): void {
  compare<f32>(GREATER, args, chunk)
}
export function greaterEqualF32(args: usize, chunk: i32): void {
  compare<f32>(GREATER_EQUAL, args, chunk)
}
export function equalI32(args: usize, chunk: i32): void {
  compare<i32>(EQUAL, args, chunk)
}
export function notEqualI32(args: usize, chunk: i32): void {
  compare<i32>(NOT_EQUAL, args, chunk)
}
export function lessI32(args: usize, chunk: i32): void {
  compare<i32>(LESS, args, chunk)
}
export function lessEqualI32(args: usize, chunk: i32): void {
  compare<i32>(LESS_EQUAL, args, chunk)
}
export function greaterI32(args: usize, chunk: i32): void {
  compare<i32>(GREATER, args, chunk)
}
export function greaterEqualI32(args: usize, chunk: i32): void {
  compare<i32>(GREATER_EQUAL, args, chunk)
}
export function equalBool(args: usize, chunk: i32): void {
  compare<u8>(EQUAL, args, chunk)
}
export function notEqualBool(args: usize, chunk: i32): void {
  compare<u8>(NOT_EQUAL, args, chunk)
}
export function andBool(args: usize, chunk: i32): void {
  compare<u8>(AND, args, chunk)
}
export function orBool(args: usize, chunk: i32): void {
  compare<u8>(OR, args, chunk)
}

/** y = condition ? t : e for 4-byte elements. Arguments: condition (bool), t, e, y, size. */
export function select32(args: usize, chunk: i32): void {
  const condition = <usize>load<u32>(args)
  const t = <usize>load<u32>(args, 4)
  const e = <usize>load<u32>(args, 8)
  const y = <usize>load<u32>(args, 12)
  const size = load<i32>(args, 16)
  const end = chunkStart(size, chunk + 1, 64)
  let i = chunkStart(size, chunk, 64)
  for (; i + 4 <= end; i += 4) {
    const at = (<usize>i) << 2
    const bytes = v128.load32_zero(condition + <usize>i)
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes))
    const mask = i32x4.ne(words, i32x4.splat(0))
    v128.store(y + at, v128.bitselect(v128.load(t + at), v128.load(e + at), mask))
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2
    store<u32>(y + at, load<u8>(condition + <usize>i) != 0 ? load<u32>(t + at) : load<u32>(e + at))
  }
}

/** Sum of several tensors of one size, block by block. Arguments: y, size, n, then n pointers. Two at least. */
// @ts-ignore: decorator
@inline
function addN<T>(args: usize, chunk: i32): void {
  const y = <usize>load<u32>(args)
  const size = load<i32>(args, 4)
  const n = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 16)
  for (let first = chunkStart(size, chunk, 16); first < end; first += 1024) {
    const last = min(first + 1024, end)
    for (let k = 1; k < n; k++) {
      const a = k == 1 ? <usize>load<u32>(args, 12) : y
      const b = <usize>load<u32>(args + ((<usize>k) << 2), 12)
      let i = first
      for (; i + 4 <= last; i += 4) {
        const at = (<usize>i) << 2
        const x = v128.load(a + at)
        const z = v128.load(b + at)
        v128.store(y + at, isFloat<T>() ? f32x4.add(x, z) : i32x4.add(x, z))
      }
      for (; i < last; i++) {
        const at = (<usize>i) << 2
        store<T>(y + at, <T>(load<T>(a + at) + load<T>(b + at)))
      }
    }
  }
}

export function addNF32(args: usize, chunk: i32): void {
  addN<f32>(args, chunk)
}
export function addNI32(args: usize, chunk: i32): void {
  addN<i32>(args, chunk)
}
