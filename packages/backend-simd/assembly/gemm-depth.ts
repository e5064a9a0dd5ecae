// The matrix product that sums over the positions of the left factor: with matrices Aᵀ·B, with images the gradient of a
// convolution's filter. Row (tap, channel) of the result is the sum over positions of that channel, seen through that
// tap, times the right factor's row of the position. See gemm-words.ts; here `W_ROW` goes from position to position.
//
// A long sum is cut into `SPLITS` parts, each with its own result, which are added up in order afterwards. How many
// there are depends on the shapes only, so results do not depend on threads.
import * as A from '../src/shared/gemm-words'
import { closeEdge, openEdge } from './gemm-edge'
import { batchIndex, before, times, until } from './gemm-grid'
import { packPanels, panelStride, zeros } from './gemm-pack'
import { packedTiles8 } from './gemm-tiles'
import { packedTiles16 } from './gemm-tiles-wide'
import { chunkStart, threadIndex } from './threads'
import { touchRows } from './touch'
import { WIDE } from './wide'

// The block a chunk works on; each thread has its own.
let x: usize = 0
let args: usize = 0
let left: usize = 0
let right: usize = 0
let outs: usize = 0
let edge: usize = 0
/** Where the 256-bit builds write rows that do not exist: their tiles may have half a panel, and not its row 0. */
let nowhere: usize = 0

/** Here `BLOCK_ROWS` and `ROW_BLOCKS` count panels of 4 rows; `BATCH_Y` is also the stride between splits. */
export function gemmDepth(words: usize, chunk: i32): void {
  args = words
  const columnBlocks = load<i32>(args, A.COLUMN_BLOCKS)
  const rowBlocks = load<i32>(args, A.ROW_BLOCKS)
  const splits = load<i32>(args, A.SPLITS)
  const rest = chunk / columnBlocks
  const column = (chunk - rest * columnBlocks) * load<i32>(args, A.BLOCK_COLUMNS)
  const rows = rest / rowBlocks
  const panel = (rest - rows * rowBlocks) * load<i32>(args, A.BLOCK_ROWS)
  const batch = rows / splits
  const split = rows - batch * splits
  const panels = min(load<i32>(args, A.BLOCK_ROWS), panelCount() - panel)
  const columns = min(load<i32>(args, A.BLOCK_COLUMNS), load<i32>(args, A.COLUMNS) - column)
  x = load<usize>(args, A.X) + times(args, A.BATCH_X, matrixOf(batch, 4))
  const y = load<usize>(args, A.Y) + times(args, A.BATCH_Y, rows) + ((<usize>column) << 2)
  let w = load<usize>(args, A.W) + times(args, A.BATCH_W, matrixOf(batch, 8))
  w += <usize>column * load<usize>(args, A.W_COLUMN)
  layOut()
  locate(y, panel, panels)
  const positions = load<i32>(args, A.POSITIONS)
  const step = load<i32>(args, A.PACK_DEPTH)
  const start = <i32>((<i64>positions * split) / splits)
  const end = <i32>((<i64>positions * (split + 1)) / splits)
  for (let p = start; p < end; p += step) {
    const depth = min(step, end - p)
    packLeft(panel, panels, p, depth)
    packRight(w, columns, p, depth)
    multiply(panels, columns, depth, p == start)
  }
}

// @ts-ignore: decorator
@inline
function matrixOf(batch: i32, side: usize): i32 {
  return batch == 0 ? 0 : batchIndex(args, batch, side)
}

/** Panels of 4 channels of a tap. */
// @ts-ignore: decorator
@inline
function panelsPerTap(): i32 {
  return (load<i32>(args, A.DEPTH) + 3) >> 2
}

function panelCount(): i32 {
  return panelsPerTap() * load<i32>(args, A.TAPS_Y) * load<i32>(args, A.TAPS_X)
}

/** Bytes from panel to panel of the packed left factor: odd in cache lines, so that panels do not fight for one set. */
// @ts-ignore: decorator
@inline
function leftStride(): usize {
  return ((<usize>load<i32>(args, A.PACK_DEPTH)) << 4) + 64
}

function layOut(): void {
  let at = load<usize>(args, A.SCRATCH) + <usize>threadIndex() * load<usize>(args, A.SCRATCH_STRIDE)
  edge = at
  at += A.EDGE
  nowhere = at
  at += (<usize>load<i32>(args, A.BLOCK_COLUMNS)) << 2
  outs = at
  at += (<usize>load<i32>(args, A.BLOCK_ROWS)) << 4
  left = at
  at += <usize>load<i32>(args, A.BLOCK_ROWS) * leftStride()
  right = at
}

/** Where the rows of the result are. Rows of channels that do not exist are row 0 of their panel; see gemm-tiles.ts. */
function locate(y: usize, panel: i32, panels: i32): void {
  const channels = load<i32>(args, A.DEPTH)
  const perTap = panelsPerTap()
  const stride = load<usize>(args, A.Y_ROW)
  for (let i = 0; i < panels; i++) {
    const tap = (panel + i) / perTap
    const channel = (panel + i - tap * perTap) << 2
    for (let r = 0; r < 4; r++) {
      const exists = channel + r < channels
      const row = y + <usize>(tap * channels + (exists ? channel + r : channel)) * stride
      store<u32>(outs + ((<usize>((i << 2) + r)) << 2), <u32>(WIDE && !exists ? nowhere : row))
    }
  }
}

function packRight(w: usize, columns: i32, position: i32, depth: i32): void {
  const row = load<usize>(args, A.W_ROW)
  const column = load<usize>(args, A.W_COLUMN)
  const from = w + <usize>position * row
  if (column == 4) touchRows(from, depth, row, (<usize>columns) << 2)
  packPanels(from, row, column, depth, columns, right, panelStride(depth))
}

function multiply(panels: i32, columns: i32, depth: i32, first: bool): void {
  const init: usize = first ? zeros : 0
  const stride = leftStride()
  let j = 0
  if (WIDE) {
    for (const next = panelStride(depth); j + 16 <= columns; j += 16) {
      const panel = right + <usize>(j >> 3) * next
      packedTiles16(left, stride, panels, panel, next, depth, init, outs, (<usize>j) << 2)
    }
  }
  for (; j < columns; j += 8) {
    const panel = right + <usize>(j >> 3) * panelStride(depth)
    const width = columns - j
    const column = (<usize>j) << 2
    if (width >= 8) packedTiles8(left, stride, panels, panel, depth, init, outs, column)
    else edgeTiles(panels, panel, depth, init, column, width)
  }
}

/** The tiles at the right edge go through a small buffer, for the result has no room for 8 columns there. */
function edgeTiles(panels: i32, panel: usize, depth: i32, init: usize, column: usize, width: i32): void {
  for (let i = 0; i < panels; i++) {
    const rows = outs + ((<usize>i) << 4)
    const a = left + <usize>i * leftStride()
    openEdge(edge, rows, column, width, init == 0)
    packedTiles8(a, 0, 1, panel, depth, init, edge, 0)
    closeEdge(edge, rows, column, width)
  }
}

/** Packs panels of 4 channels, position after position, zeros where a tap looks outside the image. */
function packLeft(panel: i32, panels: i32, position: i32, depth: i32): void {
  const perTap = panelsPerTap()
  const gridWidth = load<i32>(args, A.GRID_WIDTH)
  const gridHeight = load<i32>(args, A.GRID_HEIGHT)
  const last = panel + panels
  while (panel < last) {
    const tap = panel / perTap
    const end = min(last, (tap + 1) * perTap)
    let to = left + <usize>(panel - (last - panels)) * leftStride()
    // Row by row of the grid.
    for (let p = position; p < position + depth; ) {
      const line = p / gridWidth
      const gx = p - line * gridWidth
      const count = min(gridWidth - gx, position + depth - p)
      const image = line / gridHeight
      packRun(tap, panel - tap * perTap, end - panel, image, line - image * gridHeight, gx, count, to)
      p += count
      to += (<usize>count) << 4
    }
    panel = end
  }
}

/** `count` neighboring positions of one row of the grid, some panels of one tap. */
function packRun(tap: i32, first: i32, panels: i32, image: i32, gy: i32, gx: i32, count: i32, to: usize): void {
  const tapsX = load<i32>(args, A.TAPS_X)
  const ty = tap / tapsX
  const tx = tap - ty * tapsX
  const strideX = load<i32>(args, A.STRIDE_X)
  const width = load<i32>(args, A.WIDTH)
  const iy = gy * load<i32>(args, A.STRIDE_Y) + load<i32>(args, A.ORIGIN_Y) + ty * load<i32>(args, A.TAP_STEP_Y)
  const ix = gx * strideX + load<i32>(args, A.ORIGIN_X) + tx * load<i32>(args, A.TAP_STEP_X)
  const inside = <u32>iy < load<u32>(args, A.HEIGHT)
  // Positions before `low` look left of the image, those from `high` on right of it.
  const low = inside ? min(count, before(ix, strideX)) : count
  const high = inside ? max(low, min(count, until(ix, strideX, width))) : count
  const pixel = load<usize>(args, A.PIXEL_STRIDE)
  const step = <usize>strideX * pixel
  const start = x + times(args, A.IMAGE_STRIDE, image) + times(args, A.ROW_STRIDE, iy)
  const from = start + <usize>(ix + low * strideX) * pixel + ((<usize>first) << 4)
  touchRows(from, high - low, step, (<usize>panels) << 4)
  clear(to, panels, low)
  const channels = load<i32>(args, A.DEPTH) - (first << 2)
  copyPixels(from, step, high - low, channels, panels, to + ((<usize>low) << 4))
  clear(to + ((<usize>high) << 4), panels, count - high)
}

function clear(to: usize, panels: i32, count: i32): void {
  if (count == 0) return
  for (let i = 0; i < panels; i++, to += leftStride()) {
    for (let p = to, end = to + ((<usize>count) << 4); p < end; p += 16) v128.store(p, f32x4.splat(0))
  }
}

/** Four pixels at a time, so that a line of the cache is written whole. The last panel may lack channels. */
function copyPixels(from: usize, step: usize, count: i32, channels: i32, panels: i32, to: usize): void {
  const stride = leftStride()
  const whole = min(panels, channels >> 2)
  let p = 0
  for (; p + 4 <= count; p += 4) {
    let a = from + <usize>p * step,
      b = a + step,
      c = b + step,
      d = c + step
    let q = to + ((<usize>p) << 4)
    for (const end = q + <usize>whole * stride; q < end; q += stride, a += 16, b += 16, c += 16, d += 16) {
      v128.store(q, v128.load(a))
      v128.store(q, v128.load(b), 16)
      v128.store(q, v128.load(c), 32)
      v128.store(q, v128.load(d), 48)
    }
  }
  for (; p < count; p++) {
    let a = from + <usize>p * step
    let q = to + ((<usize>p) << 4)
    for (const end = q + <usize>whole * stride; q < end; q += stride, a += 16) v128.store(q, v128.load(a))
  }
  if (whole == panels) return
  from += (<usize>whole) << 4
  to += <usize>whole * stride
  for (const end = to + ((<usize>count) << 4); to < end; to += 16, from += step) {
    v128.store(to, v128.load32_zero(from))
    if ((channels & 3) > 1) store<f32>(to, load<f32>(from, 4), 4)
    if ((channels & 3) > 2) store<f32>(to, load<f32>(from, 8), 8)
  }
}

/** Adds up partial results, in order. Arguments: parts, y, size, number of parts. */
export function sumParts(args: usize, chunk: i32): void {
  const parts = <usize>load<u32>(args)
  const y = load<usize>(args, 4)
  const size = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const stride = (<usize>size) << 2
  const end = chunkStart(size, chunk + 1, 16)
  let i = chunkStart(size, chunk, 16)
  for (; i + 4 <= end; i += 4) {
    let from = parts + ((<usize>i) << 2)
    let sum = v128.load(from)
    for (let s = 1; s < count; s++) {
      from += stride
      sum = f32x4.add(sum, v128.load(from))
    }
    v128.store(y + ((<usize>i) << 2), sum)
  }
  for (; i < end; i++) {
    let from = parts + ((<usize>i) << 2)
    let sum = load<f32>(from)
    for (let s = 1; s < count; s++) {
      from += stride
      sum += load<f32>(from)
    }
    store<f32>(y + ((<usize>i) << 2), sum)
  }
}
