// The sum over positions of gemm-depth.ts where the right factor has at most 4 columns: the filter gradient of a last
// layer. A tile 8 columns wide would waste its work, so the left factor's channels are what is computed side by side.
//
// Each chunk (a split) sums some lines of the grid into a result of its own, [columns, taps · depth].
import * as A from '../src/shared/gemm-words'
import { before, times, until } from './gemm-grid'
import { madd } from './madd'
import { chunkStart } from './threads'

let args: usize = 0
let columns: i32 = 0
let depth: i32 = 0
// A run of positions on a line, seen through one tap: where its numbers begin, where those of the right factor, how many.
let left: usize = 0
let right: usize = 0
let count: i32 = 0

/** Arguments as in gemm-words.ts; the number of chunks is that of splits. */
export function gemmFew(words: usize, chunk: i32): void {
  args = words
  columns = load<i32>(args, A.COLUMNS)
  depth = load<i32>(args, A.DEPTH)
  const gridHeight = load<i32>(args, A.GRID_HEIGHT)
  const lines = load<i32>(args, A.POSITIONS) / load<i32>(args, A.GRID_WIDTH)
  const tapsX = load<i32>(args, A.TAPS_X)
  const taps = tapsX * load<i32>(args, A.TAPS_Y)
  const result = load<usize>(args, A.Y) + times(args, A.BATCH_Y, chunk)
  const columnBytes = (<usize>(taps * depth)) << 2
  memory.fill(result, 0, <usize>columns * columnBytes)
  const end = chunkStart(lines, chunk + 1, 1)
  for (let line = chunkStart(lines, chunk, 1); line < end; line++) {
    const image = line / gridHeight
    for (let tap = 0; tap < taps; tap++) {
      const ty = tap / tapsX
      meet(line, image, line - image * gridHeight, ty, tap - ty * tapsX)
      if (count == 0) continue
      for (let o = 0; o < columns; o++) addRun(o, result + <usize>o * columnBytes + ((<usize>(tap * depth)) << 2))
    }
  }
}

/** Finds what of a line the tap sees inside the image. */
function meet(line: i32, image: i32, gy: i32, ty: i32, tx: i32): void {
  const strideX = load<i32>(args, A.STRIDE_X)
  const gridWidth = load<i32>(args, A.GRID_WIDTH)
  const iy = gy * load<i32>(args, A.STRIDE_Y) + load<i32>(args, A.ORIGIN_Y) + ty * load<i32>(args, A.TAP_STEP_Y)
  const ix = load<i32>(args, A.ORIGIN_X) + tx * load<i32>(args, A.TAP_STEP_X)
  const low = before(ix, strideX)
  const high = min(gridWidth, until(ix, strideX, load<i32>(args, A.WIDTH)))
  count = <u32>iy < load<u32>(args, A.HEIGHT) ? max(0, high - low) : 0
  const start = load<usize>(args, A.X) + times(args, A.IMAGE_STRIDE, image) + times(args, A.ROW_STRIDE, iy)
  left = start + times(args, A.PIXEL_STRIDE, ix + low * strideX)
  right = load<usize>(args, A.W) + times(args, A.W_ROW, line * gridWidth + low)
}

// @ts-ignore: decorator
@inline
function add(to: usize, sum: v128): void {
  v128.store(to, f32x4.add(v128.load(to), sum))
}

/** Adds the run's products with one column to `depth` sums at `to`. */
function addRun(column: i32, to: usize): void {
  const stepLeft = times(args, A.PIXEL_STRIDE, load<i32>(args, A.STRIDE_X))
  const stepRight = load<usize>(args, A.W_ROW)
  const first = right + times(args, A.W_COLUMN, column)
  const end = first + <usize>count * stepRight
  let c = 0
  for (; c + 16 <= depth; c += 16, to += 64) {
    let a = left + ((<usize>c) << 2)
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0
    for (let d = first; d < end; d += stepRight, a += stepLeft) {
      const v = v128.load32_splat(d)
      s0 = madd(v128.load(a), v, s0)
      s1 = madd(v128.load(a, 16), v, s1)
      s2 = madd(v128.load(a, 32), v, s2)
      s3 = madd(v128.load(a, 48), v, s3)
    }
    add(to, s0)
    add(to + 16, s1)
    add(to + 32, s2)
    add(to + 48, s3)
  }
  for (; c + 4 <= depth; c += 4, to += 16) {
    let a = left + ((<usize>c) << 2)
    let s = f32x4.splat(0)
    for (let d = first; d < end; d += stepRight, a += stepLeft) {
      s = madd(v128.load(a), v128.load32_splat(d), s)
    }
    add(to, s)
  }
  for (; c < depth; c++, to += 4) {
    let a = left + ((<usize>c) << 2)
    // As the others, by vectors: a product that is added is rounded once or twice as theirs are.
    let s = f32x4.splat(0)
    for (let d = first; d < end; d += stepRight, a += stepLeft) {
      s = madd(v128.load32_zero(a), v128.load32_zero(d), s)
    }
    store<f32>(to, load<f32>(to) + f32x4.extract_lane(s, 0))
  }
}

/**
 * Adds up the splits in order and turns them: y [rows, columns]. Arguments: parts, y, rows, columns, splits, bytes from
 * row to row of y.
 */
export function gemmFewSum(args: usize, _chunk: i32): void {
  const parts = load<usize>(args)
  const y = load<usize>(args, 4)
  const rows = load<i32>(args, 8)
  const columns = load<i32>(args, 12)
  const splits = load<i32>(args, 16)
  const part = (<usize>(rows * columns)) << 2
  for (let o = 0; o < columns; o++) {
    for (let r = 0; r < rows; r++) {
      let from = parts + ((<usize>(o * rows + r)) << 2)
      let sum = load<f32>(from)
      for (let s = 1; s < splits; s++) {
        from += part
        sum += load<f32>(from)
      }
      store<f32>(y + <usize>r * load<usize>(args, 20) + ((<usize>o) << 2), sum)
    }
  }
}
