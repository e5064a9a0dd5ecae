// Element-wise functions of one float32 argument. JavaScript side: src/kernels/unary.ts.
// Arguments: x, y, size, and for some two parameters, float32.
import { expF32x4, sigmoidF32x4, splat } from './math'
import { erfF32x4, expm1F32x4, log1pF32x4, logF32x4, softplusF32x4, tanhF32x4 } from './math-more'
import { chunkStart } from './threads'
import { WIDE } from './wide'

const NEG: i32 = 0
const ABS: i32 = 1
const SQUARE: i32 = 2
const SQRT: i32 = 3
const RELU: i32 = 4
const EXP: i32 = 5
const SIGMOID: i32 = 6
const RELU6: i32 = 7
const ELU: i32 = 8
const SELU: i32 = 9
const LEAKY_RELU: i32 = 10
const STEP: i32 = 11
const CLIP: i32 = 12
const TANH: i32 = 13
const EXPM1: i32 = 14
const LOG: i32 = 15
const LOG1P: i32 = 16
const RSQRT: i32 = 17
const RECIPROCAL: i32 = 18
const SIGN: i32 = 19
const FLOOR: i32 = 20
const CEIL: i32 = 21
const ROUND: i32 = 22
const SOFTPLUS: i32 = 23
const ERF: i32 = 24
const NOT_NUMBER: i32 = 25
const INFINITE: i32 = 26
const FINITE: i32 = 27

// Klambauer et al., 2017.
const SELU_SCALE: f32 = 1.0507009873554804934193349852946
const SELU_ALPHA: f32 = 1.7580993408473768599402175208123

// `op` is a constant wherever this is inlined, so one branch remains.
// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, first: v128, second: v128): v128 {
  if (op == NEG) return f32x4.neg(x)
  if (op == ABS) return f32x4.abs(x)
  if (op == SQUARE) return f32x4.mul(x, x)
  if (op == SQRT) return f32x4.sqrt(x)
  if (op == RELU) return f32x4.max(x, splat(0))
  if (op == EXP) return expF32x4(x)
  if (op == SIGMOID) return sigmoidF32x4(x)
  if (op == RELU6) return f32x4.min(f32x4.max(x, splat(0)), splat(6))
  if (op == ELU) return v128.bitselect(x, expm1F32x4(x), f32x4.ge(x, splat(0)))
  if (op == SELU) {
    const negative = f32x4.mul(splat(SELU_ALPHA), expm1F32x4(x))
    return v128.bitselect(f32x4.mul(splat(SELU_SCALE), x), negative, f32x4.ge(x, splat(0)))
  }
  if (op == LEAKY_RELU) return v128.bitselect(f32x4.mul(first, x), x, f32x4.lt(x, splat(0)))
  if (op == STEP) {
    const y = v128.bitselect(splat(1), first, f32x4.gt(x, splat(0)))
    return v128.bitselect(y, x, f32x4.eq(x, x))
  }
  if (op == CLIP) {
    const low = v128.bitselect(first, x, f32x4.lt(x, first))
    return v128.bitselect(second, low, f32x4.gt(x, second))
  }
  if (op == TANH) return tanhF32x4(x)
  if (op == EXPM1) return expm1F32x4(x)
  if (op == LOG) return logF32x4(x)
  if (op == LOG1P) return log1pF32x4(x)
  if (op == RSQRT) return f32x4.div(splat(1), f32x4.sqrt(x))
  if (op == RECIPROCAL) return f32x4.div(splat(1), x)
  if (op == SIGN) {
    const positive = v128.and(f32x4.gt(x, splat(0)), splat(1))
    return v128.or(positive, v128.and(f32x4.lt(x, splat(0)), splat(-1)))
  }
  if (op == FLOOR) return f32x4.floor(x)
  if (op == CEIL) return f32x4.ceil(x)
  if (op == ROUND) return f32x4.nearest(x)
  if (op == SOFTPLUS) return softplusF32x4(x)
  return erfF32x4(x)
}

// @ts-ignore: decorator
@inline
function unary(op: i32, args: usize, chunk: i32): void {
  const size = load<i32>(args, 8)
  const start = (<usize>chunkStart(size, chunk, 16)) << 2
  const end = (<usize>chunkStart(size, chunk + 1, 16)) << 2
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const first = v128.load32_splat(args, 12)
  const second = v128.load32_splat(args, 16)
  let at = start
  if (WIDE) {
    for (const stop = start + ((end - start) & -32); at < stop; at += 32) {
      const low = apply(op, v128.load(x + at), first, second)
      const high = apply(op, v128.load(x + at, 16), first, second)
      v128.store(y + at, low)
      v128.store(y + at, high, 16)
    }
  }
  for (const stop = start + ((end - start) & -16); at < stop; at += 16) {
    v128.store(y + at, apply(op, v128.load(x + at), first, second))
  }
  for (; at < end; at += 4) v128.store_lane<f32>(y + at, apply(op, v128.load32_splat(x + at), first, second), 0)
}

export function negF32(args: usize, chunk: i32): void {
  unary(NEG, args, chunk)
}
export function absF32(args: usize, chunk: i32): void {
  unary(ABS, args, chunk)
}
export function squareF32(args: usize, chunk: i32): void {
  unary(SQUARE, args, chunk)
}
export function sqrtF32(args: usize, chunk: i32): void {
  unary(SQRT, args, chunk)
}
export function reluF32(args: usize, chunk: i32): void {
  unary(RELU, args, chunk)
}
export function expF32(args: usize, chunk: i32): void {
  unary(EXP, args, chunk)
}
export function sigmoidF32(args: usize, chunk: i32): void {
  unary(SIGMOID, args, chunk)
}
export function relu6F32(args: usize, chunk: i32): void {
  unary(RELU6, args, chunk)
}
export function eluF32(args: usize, chunk: i32): void {
  unary(ELU, args, chunk)
}
export function seluF32(args: usize, chunk: i32): void {
  unary(SELU, args, chunk)
}
export function leakyReluF32(args: usize, chunk: i32): void {
  unary(LEAKY_RELU, args, chunk)
}
export function stepF32(args: usize, chunk: i32): void {
  unary(STEP, args, chunk)
}
export function clipF32(args: usize, chunk: i32): void {
  unary(CLIP, args, chunk)
}
export function tanhF32(args: usize, chunk: i32): void {
  unary(TANH, args, chunk)
}
export function expm1F32(args: usize, chunk: i32): void {
  unary(EXPM1, args, chunk)
}
export function logF32(args: usize, chunk: i32): void {
  unary(LOG, args, chunk)
}
export function log1pF32(args: usize, chunk: i32): void {
  unary(LOG1P, args, chunk)
}
export function rsqrtF32(args: usize, chunk: i32): void {
  unary(RSQRT, args, chunk)
}
export function reciprocalF32(args: usize, chunk: i32): void {
  unary(RECIPROCAL, args, chunk)
}
export function signF32(args: usize, chunk: i32): void {
  unary(SIGN, args, chunk)
}
export function floorF32(args: usize, chunk: i32): void {
  unary(FLOOR, args, chunk)
}
export function ceilF32(args: usize, chunk: i32): void {
  unary(CEIL, args, chunk)
}
export function roundF32(args: usize, chunk: i32): void {
  unary(ROUND, args, chunk)
}
export function softplusF32(args: usize, chunk: i32): void {
  unary(SOFTPLUS, args, chunk)
}
export function erfF32(args: usize, chunk: i32): void {
  unary(ERF, args, chunk)
}

// Tests of float32 with a bool as result.
// @ts-ignore: decorator
@inline
function test(op: i32, args: usize, chunk: i32): void {
  const size = load<i32>(args, 8)
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const end = chunkStart(size, chunk + 1, 64)
  for (let i = chunkStart(size, chunk, 64); i < end; i++) {
    const bits = load<u32>(x + ((<usize>i) << 2)) & 0x7fffffff
    if (op == NOT_NUMBER) store<u8>(y + <usize>i, bits > 0x7f800000 ? 1 : 0)
    else if (op == INFINITE) store<u8>(y + <usize>i, bits == 0x7f800000 ? 1 : 0)
    else store<u8>(y + <usize>i, bits < 0x7f800000 ? 1 : 0)
  }
}

export function isNanF32(args: usize, chunk: i32): void {
  test(NOT_NUMBER, args, chunk)
}
export function isInfF32(args: usize, chunk: i32): void {
  test(INFINITE, args, chunk)
}
export function isFiniteF32(args: usize, chunk: i32): void {
  test(FINITE, args, chunk)
}

/** The contrary of bool. */
export function logicalNot(args: usize, chunk: i32): void {
  const size = load<i32>(args, 8)
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const end = chunkStart(size, chunk + 1, 64)
  for (let i = chunkStart(size, chunk, 64); i < end; i++) store<u8>(y + <usize>i, load<u8>(x + <usize>i) == 0 ? 1 : 0)
}
