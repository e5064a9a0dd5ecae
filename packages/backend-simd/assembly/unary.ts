// Element-wise functions of one float32 argument. Arguments: x, y, size. JavaScript side: src/kernels/unary.ts.
import { expF32x4, sigmoidF32x4, splat } from './math'
import { chunkStart } from './threads'

const NEG: i32 = 0
const ABS: i32 = 1
const SQUARE: i32 = 2
const SQRT: i32 = 3
const RELU: i32 = 4
const EXP: i32 = 5
const SIGMOID: i32 = 6

// `op` is a constant wherever this is inlined, so one branch remains.
// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128): v128 {
  if (op == NEG) return f32x4.neg(x)
  if (op == ABS) return f32x4.abs(x)
  if (op == SQUARE) return f32x4.mul(x, x)
  if (op == SQRT) return f32x4.sqrt(x)
  if (op == RELU) return f32x4.max(x, splat(0))
  if (op == EXP) return expF32x4(x)
  return sigmoidF32x4(x)
}

// @ts-ignore: decorator
@inline
function unary(op: i32, args: usize, chunk: i32): void {
  const size = load<i32>(args, 8)
  const start = <usize>chunkStart(size, chunk, 16) << 2
  const end = <usize>chunkStart(size, chunk + 1, 16) << 2
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  let at = start
  for (const stop = start + ((end - start) & -16); at < stop; at += 16) {
    v128.store(y + at, apply(op, v128.load(x + at)))
  }
  for (; at < end; at += 4) v128.store_lane<f32>(y + at, apply(op, v128.load32_splat(x + at)), 0)
}

export function negF32(args: usize, chunk: i32): void { unary(NEG, args, chunk) }
export function absF32(args: usize, chunk: i32): void { unary(ABS, args, chunk) }
export function squareF32(args: usize, chunk: i32): void { unary(SQUARE, args, chunk) }
export function sqrtF32(args: usize, chunk: i32): void { unary(SQRT, args, chunk) }
export function reluF32(args: usize, chunk: i32): void { unary(RELU, args, chunk) }
export function expF32(args: usize, chunk: i32): void { unary(EXP, args, chunk) }
export function sigmoidF32(args: usize, chunk: i32): void { unary(SIGMOID, args, chunk) }
