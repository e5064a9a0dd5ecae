// The matrix product whose left factor has its depth in consecutive numbers: matrices as they are, and convolutions,
// where a row is an output position and the sum goes over taps and channels. Nothing the size of the image is copied:
// a table holds, for every row and tap, where its numbers begin.
//
// A chunk is a block of rows by a block of columns. For each part of the sum it packs the right factor, then walks its
// rows 96 at a time. The order of every sum depends on the shapes only, so results do not depend on threads.
import { finishRow, LINEAR } from './epilogue'
import * as A from './gemm-args'
import { dots1, dots2 } from './gemm-dots'
import { copyFew, packColumns, packPanels, packRows, panelStride, zeros } from './gemm-pack'
import { directTile4, directTile8, packedTile4, packedTile8 } from './gemm-tiles'
import { threadIndex } from './threads'

const PACKED: i32 = 1
const DOTS: i32 = 2
/** Rows that share one pass over the packed right factor: with 256 of depth they take a tenth of the L2 cache. */
const STRIP: i32 = 96

// The block a chunk works on; each thread has its own.
let x: usize = 0
let y: usize = 0
let args: usize = 0
let panels: usize = 0
let table: usize = 0
let packed: usize = 0
let outs: usize = 0
let edge: usize = 0

/** See gemm-args.ts. `MODE` 0: rows as they are; 1: rows packed first; 2: at most 4 columns, sums of products along the depth. */
export function gemmRows(words: usize, chunk: i32): void {
  args = words
  const columnBlocks = load<i32>(args, A.COLUMN_BLOCKS)
  const rowBlocks = load<i32>(args, A.ROW_BLOCKS)
  const blockRows = load<i32>(args, A.BLOCK_ROWS)
  const blockColumns = load<i32>(args, A.BLOCK_COLUMNS)
  const rest = chunk / columnBlocks
  const batch = rest / rowBlocks
  const column = (chunk - rest * columnBlocks) * blockColumns
  const row = (rest - batch * rowBlocks) * blockRows
  const columns = min(blockColumns, load<i32>(args, A.COLUMNS) - column)
  const rowEnd = min(row + blockRows, load<i32>(args, A.POSITIONS))
  const yColumn = <usize>column * load<usize>(args, A.Y_COLUMN)
  x = load<usize>(args, A.X) + A.times(args, A.BATCH_X, batchIndex(batch, 4))
  y = load<usize>(args, A.Y) + A.times(args, A.BATCH_Y, batch) + yColumn
  const w = load<usize>(args, A.W) + A.times(args, A.BATCH_W, batchIndex(batch, 8))
  layOut(blockColumns)
  const taps = load<i32>(args, A.TAPS_Y) * load<i32>(args, A.TAPS_X)
  const depth = load<i32>(args, A.DEPTH)
  const packTaps = load<i32>(args, A.PACK_TAPS)
  const packDepth = load<i32>(args, A.PACK_DEPTH)
  for (let tap = 0; tap < taps; tap += packTaps) {
    const tapCount = min(packTaps, taps - tap)
    for (let from = 0; from < depth; from += packDepth) {
      const count = min(packDepth, depth - from)
      packRight(w, column, columns, tap, tapCount, from, count)
      const first = tap == 0 && from == 0
      const last = tap + tapCount == taps && from + count == depth
      for (let r = row; r < rowEnd; r += STRIP) {
        strip(r, min(STRIP, rowEnd - r), column, columns, tap, tapCount, from, count, first, last)
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function batchIndex(batch: i32, side: usize): i32 {
  return batch == 0 ? 0 : A.batchIndex(args, batch, side)
}

/** Cuts this thread's scratch into its parts. */
function layOut(blockColumns: i32): void {
  let at = load<usize>(args, A.SCRATCH) + <usize>threadIndex() * load<usize>(args, A.SCRATCH_STRIDE)
  outs = at; at += STRIP * 4
  edge = at; at += 256
  table = at; at += <usize>(STRIP * load<i32>(args, A.PACK_TAPS)) << 2
  panels = at; at += <usize>((blockColumns + 7) >> 3) * panelStride(load<i32>(args, A.PACK_TAPS) * load<i32>(args, A.PACK_DEPTH))
  packed = at
}

function packRight(w: usize, column: i32, columns: i32, tap: i32, taps: i32, from: i32, depth: i32): void {
  const rowStride = load<usize>(args, A.W_ROW)
  const columnStride = load<usize>(args, A.W_COLUMN)
  const tapsX = load<i32>(args, A.TAPS_X)
  const dots = load<i32>(args, A.MODE) == DOTS
  const start = w + <usize>column * columnStride + <usize>from * rowStride
  const stride = panelStride(taps * depth)
  const columnBytes = <usize>(taps * depth) << 2
  for (let t = 0; t < taps; t++) {
    const ty = (tap + t) / tapsX
    const tx = tap + t - ty * tapsX
    const source = start + A.times(args, A.W_TAP_Y, ty) + A.times(args, A.W_TAP_X, tx)
    if (dots) {
      const to = panels + (<usize>(t * depth) << 2)
      packColumns(source, rowStride, columnStride, depth, columns, to, columnBytes)
    } else {
      const to = panels + (<usize>(t * depth) << 5)
      packPanels(source, rowStride, columnStride, depth, columns, to, stride)
    }
  }
}

/** At most 96 rows by all columns of the block, over one part of the sum. */
function strip(
  row: i32, rows: i32, column: i32, columns: i32, tap: i32, taps: i32, from: i32, depth: i32, first: bool, last: bool,
): void {
  locate(row, rows, tap, taps, from)
  const tiles = (rows + 3) >> 2
  const mode = load<i32>(args, A.MODE)
  const bias = load<usize>(args, A.BIAS)
  const init: usize = !first ? 0 : bias != 0 ? bias + (<usize>column << 2) : zeros
  if (mode == DOTS) {
    dotColumns(tiles, columns, taps, depth, init)
  } else {
    if (mode == PACKED) packRows(table, tiles, taps, depth, packed)
    const stride = panelStride(taps * depth)
    for (let j = 0; j < columns; j += 8) {
      const panel = panels + <usize>(j >> 3) * stride
      const start: usize = init == 0 || init == zeros ? init : init + (<usize>j << 2)
      for (let i = 0; i < tiles; i++) {
        if (columns - j >= 8) tile(i, panel, taps, depth, start, outs + (<usize>i << 4), <usize>j << 2, 8)
        else if (columns - j == 4) tile(i, panel, taps, depth, start, outs + (<usize>i << 4), <usize>j << 2, 4)
        else edgeTile(i, panel, taps, depth, start, j, columns - j)
      }
    }
  }
  const kind = load<i32>(args, A.ACTIVATION)
  if (last && kind != LINEAR) activate(kind, rows, column, columns)
}

// @ts-ignore: decorator
@inline
function tile(
  i: i32, panel: usize, taps: i32, depth: i32, init: usize, rows: usize, column: usize, width: i32,
): void {
  if (load<i32>(args, A.MODE) == PACKED) {
    const a = packed + (<usize>(i * taps * depth) << 4)
    if (width > 4) packedTile8(a, panel, taps * depth, init, rows, column)
    else packedTile4(a, panel, taps * depth, init, rows, column)
  } else {
    const a = table + (<usize>(i * taps) << 4)
    if (width > 4) directTile8(a, taps, panel, depth, init, rows, column)
    else directTile4(a, taps, panel, depth, init, rows, column)
  }
}

/** A tile at the right edge: goes through a small buffer, for the result has no room for 8 columns there. */
function edgeTile(i: i32, panel: usize, taps: i32, depth: i32, init: usize, j: i32, width: i32): void {
  const rows = outs + (<usize>i << 4)
  const offset = <usize>j << 2
  const bytes = <usize>width << 2
  for (let r: usize = 0; r < 4; r++) {
    store<u32>(edge + 128 + (r << 2), <u32>(edge + (r << 5)))
    if (init == 0) copyFew(edge + (r << 5), <usize>load<u32>(rows + (r << 2)) + offset, bytes)
  }
  tile(i, panel, taps, depth, init, edge + 128, 0, width)
  for (let r = 3; r >= 0; r--) {
    copyFew(<usize>load<u32>(rows + (<usize>r << 2)) + offset, edge + (<usize>r << 5), bytes)
  }
}

function dotColumns(tiles: i32, columns: i32, taps: i32, depth: i32, init: usize): void {
  const columnBytes = <usize>(taps * depth) << 2
  const stride = load<usize>(args, A.Y_COLUMN)
  for (let i = 0; i < tiles; i++) {
    const rows = outs + (<usize>i << 4)
    const a = table + (<usize>(i * taps) << 4)
    let j = 0
    for (; j + 2 <= columns; j += 2) {
      const start: usize = init == 0 ? 0 : init + (<usize>j << 2)
      dots2(a, taps, panels + <usize>j * columnBytes, columnBytes, depth, start, rows, <usize>j * stride, stride)
    }
    if (j < columns) {
      const start: usize = init == 0 ? 0 : init + (<usize>j << 2)
      dots1(a, taps, panels + <usize>j * columnBytes, depth, start, rows, <usize>j * stride)
    }
  }
}

function activate(kind: i32, rows: i32, column: i32, columns: i32): void {
  const step = load<usize>(args, A.ALPHA_STEP)
  const shared = step == 0
  const alpha = shared ? args + A.ALPHA : load<usize>(args, A.ALPHA) + (<usize>column << 2)
  for (let r = 0; r < rows; r++) finishRow(kind, load<u32>(outs + (<usize>r << 2)), columns, 0, alpha, step)
}

/** Writes, for `rows` rows (rounded up to tiles of 4), where their results go and where each tap's numbers begin. */
function locate(row: i32, rows: i32, tap: i32, taps: i32, from: i32): void {
  const gridHeight = load<i32>(args, A.GRID_HEIGHT)
  const gridWidth = load<i32>(args, A.GRID_WIDTH)
  const line = row / gridWidth
  let gx = row - line * gridWidth
  let image = line / gridHeight
  let gy = line - image * gridHeight
  const tiles = (rows + 3) & -4
  for (let r = 0; r < tiles; r++) {
    const entry = table + (<usize>((r >> 2) * taps) << 4) + (<usize>(r & 3) << 2)
    if (r >= rows) {
      store<u32>(outs + (<usize>r << 2), load<u32>(outs + (<usize>(r & -4) << 2)))
      for (let t = 0; t < taps; t++) store<u32>(entry + (<usize>t << 4), <u32>zeros)
      continue
    }
    const out = y + A.times(args, A.Y_IMAGE, image) + A.times(args, A.Y_ROW, gy) + A.times(args, A.Y_PIXEL, gx)
    store<u32>(outs + (<usize>r << 2), <u32>out)
    locateTaps(entry, image, gy, gx, tap, taps, from)
    if (++gx < gridWidth) continue
    gx = 0
    if (++gy < gridHeight) continue
    gy = 0
    image++
  }
}

// @ts-ignore: decorator
@inline
function locateTaps(entry: usize, image: i32, gy: i32, gx: i32, tap: i32, taps: i32, from: i32): void {
  const height = load<u32>(args, A.HEIGHT)
  const width = load<u32>(args, A.WIDTH)
  const tapsX = load<i32>(args, A.TAPS_X)
  const base = x + A.times(args, A.IMAGE_STRIDE, image) + (<usize>from << 2)
  const top = gy * load<i32>(args, A.STRIDE_Y) + load<i32>(args, A.ORIGIN_Y)
  const left = gx * load<i32>(args, A.STRIDE_X) + load<i32>(args, A.ORIGIN_X)
  let ty = tap / tapsX
  let tx = tap - ty * tapsX
  for (let t = 0; t < taps; t++, entry += 16) {
    const iy = <u32>(top + ty * load<i32>(args, A.TAP_STEP_Y))
    const ix = <u32>(left + tx * load<i32>(args, A.TAP_STEP_X))
    const inside = iy < height && ix < width
    const at = base + A.times(args, A.ROW_STRIDE, iy) + A.times(args, A.PIXEL_STRIDE, ix)
    store<u32>(entry, <u32>(inside ? at : zeros))
    if (++tx == tapsX) { tx = 0; ty++ }
  }
}
