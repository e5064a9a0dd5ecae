// Along the middle axis of [outer, count, inner]: running sums and products, and the index of the largest or smallest.
// JavaScript side: src/kernels/scan.ts.
import { chunkStart } from './threads'

// `T` and `product` are constants wherever these are inlined.
// @ts-ignore: decorator
@inline
function one<T>(product: bool, from: usize, to: usize, count: i32, step: isize, exclusive: bool): void {
  let all: T = product ? <T>1 : <T>0
  for (let i = 0; i < count; i++, from += step, to += step) {
    const before = all
    all = product ? <T>(all * load<T>(from)) : <T>(all + load<T>(from))
    store<T>(to, exclusive ? before : all)
  }
}

// @ts-ignore: decorator
@inline
function four<T>(product: bool, from: usize, to: usize, count: i32, step: isize, exclusive: bool): void {
  let all = isFloat<T>() ? f32x4.splat(product ? 1 : 0) : i32x4.splat(product ? 1 : 0)
  for (let i = 0; i < count; i++, from += step, to += step) {
    const before = all
    const x = v128.load(from)
    if (isFloat<T>()) all = product ? f32x4.mul(all, x) : f32x4.add(all, x)
    else all = product ? i32x4.mul(all, x) : i32x4.add(all, x)
    v128.store(to, exclusive ? before : all)
  }
}

/** Arguments: x, y, outer, count, inner, exclusive, reverse. */
// @ts-ignore: decorator
@inline
function scan<T>(product: bool, args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const outer = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const inner = load<i32>(args, 16)
  const exclusive = load<i32>(args, 20) != 0
  const reverse = load<i32>(args, 24) != 0
  // Four columns at a time; their rows are read in passing, so the next columns find them in cache.
  const blocks = (inner + 3) / 4
  const end = chunkStart(outer * blocks, chunk + 1, 16)
  for (let task = chunkStart(outer * blocks, chunk, 16); task < end; task++) {
    const plane = task / blocks
    const column = (task - plane * blocks) * 4
    const first = (<usize>(plane * count + (reverse ? count - 1 : 0)) * <usize>inner + <usize>column) << 2
    const step = (reverse ? -(<isize>inner) : <isize>inner) << 2
    if (column + 4 <= inner) four<T>(product, x + first, y + first, count, step, exclusive)
    else
      for (let i = 0; i < inner - column; i++)
        one<T>(product, x + first + (i << 2), y + first + (i << 2), count, step, exclusive)
  }
}

export function cumsumF32(args: usize, chunk: i32): void {
  scan<f32>(false, args, chunk)
}
export function cumsumI32(args: usize, chunk: i32): void {
  scan<i32>(false, args, chunk)
}
export function cumprodF32(args: usize, chunk: i32): void {
  scan<f32>(true, args, chunk)
}
export function cumprodI32(args: usize, chunk: i32): void {
  scan<i32>(true, args, chunk)
}

/** Arguments: x, y, outer, count, inner. The first of equals; NaN is never larger or smaller. */
// @ts-ignore: decorator
@inline
function extreme<T>(largest: bool, args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const outer = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const inner = load<i32>(args, 16)
  const end = chunkStart(outer * inner, chunk + 1, 16)
  for (let task = chunkStart(outer * inner, chunk, 16); task < end; task++) {
    const plane = task / inner
    let from = x + ((<usize>(plane * count) * <usize>inner + <usize>(task - plane * inner)) << 2)
    let best = load<T>(from)
    let index = 0
    for (let i = 1; i < count; i++) {
      from += (<usize>inner) << 2
      const value = load<T>(from)
      if (largest ? value > best : value < best) {
        best = value
        index = i
      }
    }
    store<i32>(y + ((<usize>task) << 2), index)
  }
}

export function argMaxF32(args: usize, chunk: i32): void {
  extreme<f32>(true, args, chunk)
}
export function argMaxI32(args: usize, chunk: i32): void {
  extreme<i32>(true, args, chunk)
}
export function argMinF32(args: usize, chunk: i32): void {
  extreme<f32>(false, args, chunk)
}
export function argMinI32(args: usize, chunk: i32): void {
  extreme<i32>(false, args, chunk)
}
