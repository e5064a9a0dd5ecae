// Functions that training rarely calls, in float64 one element at a time. JavaScript side: src/kernels/unary.ts.
// Arguments: x, y, size.
import { chunkStart } from './threads'

const TAN: i32 = 2
const ASIN: i32 = 3
const ACOS: i32 = 4
const ATAN: i32 = 5
const SINH: i32 = 6
const COSH: i32 = 7
const ASINH: i32 = 8
const ACOSH: i32 = 9
const ATANH: i32 = 10

// @ts-ignore: decorator
@inline
function apply(op: i32, x: f64): f64 {
  if (op == TAN) return Math.tan(x)
  if (op == ASIN) return Math.asin(x)
  if (op == ACOS) return Math.acos(x)
  if (op == ATAN) return Math.atan(x)
  if (op == SINH) return Math.sinh(x)
  if (op == COSH) return Math.cosh(x)
  if (op == ASINH) return Math.asinh(x)
  if (op == ACOSH) return Math.acosh(x)
  return Math.atanh(x)
}

// @ts-ignore: decorator
@inline
function scalar(op: i32, args: usize, chunk: i32): void {
  const size = load<i32>(args, 8)
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const end = chunkStart(size, chunk + 1, 16)
  for (let i = chunkStart(size, chunk, 16); i < end; i++) {
    store<f32>(y + ((<usize>i) << 2), <f32>apply(op, <f64>load<f32>(x + ((<usize>i) << 2))))
  }
}

export function tanF32(args: usize, chunk: i32): void {
  scalar(TAN, args, chunk)
}
export function asinF32(args: usize, chunk: i32): void {
  scalar(ASIN, args, chunk)
}
export function acosF32(args: usize, chunk: i32): void {
  scalar(ACOS, args, chunk)
}
export function atanF32(args: usize, chunk: i32): void {
  scalar(ATAN, args, chunk)
}
export function sinhF32(args: usize, chunk: i32): void {
  scalar(SINH, args, chunk)
}
export function coshF32(args: usize, chunk: i32): void {
  scalar(COSH, args, chunk)
}
export function asinhF32(args: usize, chunk: i32): void {
  scalar(ASINH, args, chunk)
}
export function acoshF32(args: usize, chunk: i32): void {
  scalar(ACOSH, args, chunk)
}
export function atanhF32(args: usize, chunk: i32): void {
  scalar(ATANH, args, chunk)
}
