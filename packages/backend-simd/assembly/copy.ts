// Copies between strided views: slice, tile, reverse, broadcast, permutations. JavaScript side: src/kernels/strides.ts.
import { copyBytes, fillBytes } from './bytes'
import { chunkStart } from './threads'

const HEAD: usize = 16

// `T` is u32 or u8 wherever this is inlined.
// @ts-ignore: decorator
@inline
function wordOf<T>(x: usize): u32 {
  if (sizeof<T>() == 4) return load<u32>(x)
  return <u32>load<u8>(x) * 0x01010101
}

/** One row, or a part of one. */
// @ts-ignore: decorator
@inline
function row<T>(x: usize, y: usize, count: i32, strideX: isize, strideY: isize): void {
  if (strideY == sizeof<T>()) {
    if (strideX == sizeof<T>()) {
      copyBytes(y, x, <usize>count * sizeof<T>())
      return
    }
    if (strideX == 0) {
      fillBytes(y, wordOf<T>(x), <usize>count * sizeof<T>())
      return
    }
  }
  for (let i = 0; i < count; i++, x += strideX, y += strideY) store<T>(y, load<T>(x))
}

/**
 * Arguments: x, y, size, rank, then per dimension, outermost first: extent, stride in x, stride in y, in elements.
 * Strides may be zero in x and negative in either.
 */
// @ts-ignore: decorator
@inline
function copy<T>(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const rank = load<i32>(args, 12)
  const last = args + HEAD + <usize>(rank - 1) * 12
  const columns = load<i32>(last)
  const strideX = <isize>load<i32>(last, 4) * sizeof<T>()
  const strideY = <isize>load<i32>(last, 8) * sizeof<T>()
  const second = last - 12
  const stepX = rank > 1 ? <isize>load<i32>(second, 4) * sizeof<T>() : 0
  const stepY = rank > 1 ? <isize>load<i32>(second, 8) * sizeof<T>() : 0
  const end = chunkStart(size, chunk + 1, 64)
  let at = chunkStart(size, chunk, 64)
  while (at < end) {
    let rest = at / columns
    let column = at - rest * columns
    let rows = 1
    let fromX = x
    let toY = y
    for (let d = second; d >= args + HEAD; d -= 12) {
      const extent = load<i32>(d)
      const outer = rest / extent
      const index = rest - outer * extent
      if (d == second) rows = extent - index
      fromX += <isize>index * <isize>load<i32>(d, 4) * sizeof<T>()
      toY += <isize>index * <isize>load<i32>(d, 8) * sizeof<T>()
      rest = outer
    }
    for (; rows > 0 && at < end; rows--, fromX += stepX, toY += stepY) {
      const count = min(columns - column, end - at)
      row<T>(fromX + <isize>column * strideX, toY + <isize>column * strideY, count, strideX, strideY)
      at += count
      column = 0
    }
  }
}

export function copy32(args: usize, chunk: i32): void {
  copy<u32>(args, chunk)
}
export function copy8(args: usize, chunk: i32): void {
  copy<u8>(args, chunk)
}
