// Matrix products with very few columns: sums of products along the depth, four numbers at a time, for 4 rows. A tile
// as wide as 8 columns would throw most of its work away. Rows are stored from 3 to 0, as in gemm-tiles.ts.
import { madd } from './madd'

// @ts-ignore: decorator
@inline
function sum4(v: v128): f32 {
  const two = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1)
}

// @ts-ignore: decorator
@inline
function put(rows: usize, row: usize, column: usize, init: usize, value: f32): void {
  const to = <usize>load<u32>(rows + (row << 2)) + column
  store<f32>(to, value + load<f32>(init == 0 ? to : init))
}

/** 4 rows by one column. `init`: the number to start from, or 0 to add to the result. */
export function dots1(taps: usize, tapCount: i32, b: usize, depth: i32, init: usize, rows: usize, column: usize): void {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0
  for (const last = taps + ((<usize>tapCount) << 4); taps < last; taps += 16) {
    let r0 = <usize>load<u32>(taps),
      r1 = <usize>load<u32>(taps, 4)
    let r2 = <usize>load<u32>(taps, 8),
      r3 = <usize>load<u32>(taps, 12)
    const end = b + ((<usize>depth) << 2)
    const stop = b + ((<usize>(depth & -4)) << 2)
    for (; b < stop; b += 16, r0 += 16, r1 += 16, r2 += 16, r3 += 16) {
      const v = v128.load(b)
      s0 = madd(v128.load(r0), v, s0)
      s1 = madd(v128.load(r1), v, s1)
      s2 = madd(v128.load(r2), v, s2)
      s3 = madd(v128.load(r3), v, s3)
    }
    // What is left over is added in the first lane.
    for (; b < end; b += 4, r0 += 4, r1 += 4, r2 += 4, r3 += 4) {
      const v = v128.load32_zero(b)
      s0 = madd(v128.load32_zero(r0), v, s0)
      s1 = madd(v128.load32_zero(r1), v, s1)
      s2 = madd(v128.load32_zero(r2), v, s2)
      s3 = madd(v128.load32_zero(r3), v, s3)
    }
  }
  put(rows, 3, column, init, sum4(s3))
  put(rows, 2, column, init, sum4(s2))
  put(rows, 1, column, init, sum4(s1))
  put(rows, 0, column, init, sum4(s0))
}

/** 4 rows by two columns; the packed columns are `next` bytes apart, those of the result `stride`. */
export function dots2(
  taps: usize,
  tapCount: i32,
  b: usize,
  next: usize,
  depth: i32,
  init: usize,
  rows: usize,
  column: usize,
  stride: usize,
): void {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0,
    t0 = s0,
    t1 = s0,
    t2 = s0,
    t3 = s0
  for (const last = taps + ((<usize>tapCount) << 4); taps < last; taps += 16) {
    let r0 = <usize>load<u32>(taps),
      r1 = <usize>load<u32>(taps, 4)
    let r2 = <usize>load<u32>(taps, 8),
      r3 = <usize>load<u32>(taps, 12)
    const end = b + ((<usize>depth) << 2)
    const stop = b + ((<usize>(depth & -4)) << 2)
    for (; b < stop; b += 16, r0 += 16, r1 += 16, r2 += 16, r3 += 16) {
      const v = v128.load(b),
        w = v128.load(b + next)
      let a = v128.load(r0)
      s0 = madd(a, v, s0)
      t0 = madd(a, w, t0)
      a = v128.load(r1)
      s1 = madd(a, v, s1)
      t1 = madd(a, w, t1)
      a = v128.load(r2)
      s2 = madd(a, v, s2)
      t2 = madd(a, w, t2)
      a = v128.load(r3)
      s3 = madd(a, v, s3)
      t3 = madd(a, w, t3)
    }
    // What is left over is added in the first lane.
    for (; b < end; b += 4, r0 += 4, r1 += 4, r2 += 4, r3 += 4) {
      const v = v128.load32_zero(b),
        w = v128.load32_zero(b + next)
      let a = v128.load32_zero(r0)
      s0 = madd(a, v, s0)
      t0 = madd(a, w, t0)
      a = v128.load32_zero(r1)
      s1 = madd(a, v, s1)
      t1 = madd(a, w, t1)
      a = v128.load32_zero(r2)
      s2 = madd(a, v, s2)
      t2 = madd(a, w, t2)
      a = v128.load32_zero(r3)
      s3 = madd(a, v, s3)
      t3 = madd(a, w, t3)
    }
  }
  const start2: usize = init == 0 ? 0 : init + 4
  const column2 = column + stride
  put(rows, 3, column, init, sum4(s3))
  put(rows, 3, column2, start2, sum4(t3))
  put(rows, 2, column, init, sum4(s2))
  put(rows, 2, column2, start2, sum4(t2))
  put(rows, 1, column, init, sum4(s1))
  put(rows, 1, column2, start2, sum4(t1))
  put(rows, 0, column, init, sum4(s0))
  put(rows, 0, column2, start2, sum4(t0))
}
