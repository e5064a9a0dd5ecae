// Strides and positions of the matrix products, from their arguments (src/shared/gemm-words.ts).
import { BATCH_DIMENSIONS, BATCH_RANK } from '../src/shared/gemm-words'

/** `count` strides: the argument at `at`, times `count`. */
// @ts-ignore: decorator
@inline
export function times(args: usize, at: usize, count: i32): usize {
  return load<usize>(args + at) * <usize>count
}

/** Of positions `stride` pixels apart, the first at pixel `at` of a line: how many are left of the line. */
// @ts-ignore: decorator
@inline
export function before(at: i32, stride: i32): i32 {
  return at >= 0 ? 0 : (stride - 1 - at) / stride
}

/** Of the same positions, how many are not right of a line of `width` pixels. */
// @ts-ignore: decorator
@inline
export function until(at: i32, stride: i32, width: i32): i32 {
  return at >= width ? 0 : (width - at + stride - 1) / stride
}

/** Which matrix of the left (`side` 4) or right (8) factor belongs to a matrix of the result. */
export function batchIndex(args: usize, index: i32, side: usize): i32 {
  let at = 0
  const first = args + BATCH_DIMENSIONS
  for (let d = first + <usize>(load<i32>(args, BATCH_RANK) - 1) * 12; d >= first; d -= 12) {
    const extent = load<i32>(d)
    const rest = index / extent
    at += (index - rest * extent) * load<i32>(d + side)
    index = rest
  }
  return at
}
