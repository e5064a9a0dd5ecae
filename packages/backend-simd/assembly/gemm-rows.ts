// The matrix product whose left factor has its depth in consecutive numbers: matrices as they are, and convolutions,
// where a row is an output position and the sum goes over taps and channels. Nothing the size of the image is copied:
// a table holds, for every row and tap, where its numbers begin.
//
// A chunk is a block of rows by a block of columns. For each part of the sum it packs the right factor, then walks its
// rows 96 at a time. The order of every sum depends on the shapes only, so results do not depend on threads.
import { LINEAR } from '../src/shared/activations'
import { finishRow } from './epilogue'
import * as A from '../src/shared/gemm-words'
import { dots1, dots2 } from './gemm-dots'
import { closeEdge, openEdge } from './gemm-edge'
import { batchIndex, before, times, until } from './gemm-grid'
import { packColumns, packPanels, packRows, panelStride, zeros } from './gemm-pack'
import { directTiles8, packedTiles8 } from './gemm-tiles'
import { directTiles16, packedTiles16 } from './gemm-tiles-wide'
import { chunkStart, threadIndex } from './threads'
import { touch } from './touch'
import { WIDE } from './wide'

// The block a chunk works on; each thread has its own.
let args: usize = 0
let x: usize = 0
let y: usize = 0
let outs: usize = 0
let edge: usize = 0
let table: usize = 0
let packed: usize = 0
let own: usize = 0
// The part of the sum: taps from `tap` on, numbers of each from `from` on, and where the right factor is packed.
let tap: i32 = 0
let taps: i32 = 0
let from: i32 = 0
let depth: i32 = 0
let panels: usize = 0
let stride: usize = 0

/**
 * See gemm-words.ts. `MODE` 0: rows as they are; 1: rows packed first; 2: at most 4 columns, as sums of products along
 * the depth.
 */
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
  x = load<usize>(args, A.X) + times(args, A.BATCH_X, batchIndex(args, batch, 4))
  y = load<usize>(args, A.Y) + times(args, A.BATCH_Y, batch) + times(args, A.Y_COLUMN, column)
  const w = load<usize>(args, A.W) + times(args, A.BATCH_W, batchIndex(args, batch, 8))
  layOut()
  const allTaps = load<i32>(args, A.TAPS_Y) * load<i32>(args, A.TAPS_X)
  const allDepth = load<i32>(args, A.DEPTH)
  let shared = load<usize>(args, A.PANELS)
  for (tap = 0; tap < allTaps; tap += taps) {
    for (from = 0; from < allDepth; from += depth) {
      setPart(allTaps, allDepth)
      if (shared == 0) {
        panels = own
        packRight(w, column, columns)
      } else {
        panels = shared + <usize>(column >> 3) * stride
        shared += <usize>((load<i32>(args, A.COLUMNS) + 7) >> 3) * stride
      }
      const last = tap + taps == allTaps && from + depth == allDepth
      for (let r = row; r < rowEnd; r += A.STRIP) strip(r, min(A.STRIP, rowEnd - r), column, columns, last)
    }
  }
}

/** Packs the whole right factor for all chunks of {@link gemmRows}; each chunk some of the panels. */
export function gemmPackRight(words: usize, chunk: i32): void {
  args = words
  const columns = load<i32>(args, A.COLUMNS)
  const count = (columns + 7) >> 3
  const first = chunkStart(count, chunk, 1)
  const end = min(columns, chunkStart(count, chunk + 1, 1) << 3)
  const allTaps = load<i32>(args, A.TAPS_Y) * load<i32>(args, A.TAPS_X)
  const allDepth = load<i32>(args, A.DEPTH)
  let shared = load<usize>(args, A.PANELS)
  for (tap = 0; tap < allTaps; tap += taps) {
    for (from = 0; from < allDepth; from += depth) {
      setPart(allTaps, allDepth)
      panels = shared + <usize>first * stride
      packRight(load<usize>(args, A.W), first << 3, end - (first << 3))
      shared += <usize>count * stride
    }
  }
}

// @ts-ignore: decorator
@inline
function setPart(allTaps: i32, allDepth: i32): void {
  taps = min(load<i32>(args, A.PACK_TAPS), allTaps - tap)
  depth = min(load<i32>(args, A.PACK_DEPTH), allDepth - from)
  stride = panelStride(taps * depth)
}

/** Cuts this thread's scratch into its parts. */
function layOut(): void {
  const packTaps = load<i32>(args, A.PACK_TAPS)
  const sum = packTaps * load<i32>(args, A.PACK_DEPTH)
  let at = load<usize>(args, A.SCRATCH) + times(args, A.SCRATCH_STRIDE, threadIndex())
  outs = at
  at += A.STRIP * 4
  edge = at
  at += A.EDGE
  table = at
  at += (<usize>(A.STRIP * packTaps)) << 2
  packed = at
  at += load<i32>(args, A.MODE) == A.PACKED ? (<usize>(A.STRIP * sum)) << 2 : 0
  own = at
}

function packRight(w: usize, column: i32, columns: i32): void {
  const rowStride = load<usize>(args, A.W_ROW)
  const columnStride = load<usize>(args, A.W_COLUMN)
  const tapsX = load<i32>(args, A.TAPS_X)
  const dots = load<i32>(args, A.MODE) == A.DOTS
  const start = w + <usize>column * columnStride + <usize>from * rowStride
  for (let t = 0; t < taps; t++) {
    const ty = (tap + t) / tapsX
    const tx = tap + t - ty * tapsX
    const source = start + times(args, A.W_TAP_Y, ty) + times(args, A.W_TAP_X, tx)
    const done = <usize>(t * depth)
    if (dots)
      packColumns(source, rowStride, columnStride, depth, columns, panels + (done << 2), (<usize>(taps * depth)) << 2)
    else packPanels(source, rowStride, columnStride, depth, columns, panels + (done << 5), stride)
  }
}

/** At most 96 rows by all columns of the block, over one part of the sum. */
function strip(row: i32, rows: i32, column: i32, columns: i32, last: bool): void {
  locate(row, rows)
  const tiles = (rows + 3) >> 2
  const mode = load<i32>(args, A.MODE)
  const bias = load<usize>(args, A.BIAS)
  const first = tap == 0 && from == 0
  const init: usize = !first ? 0 : bias != 0 ? bias + ((<usize>column) << 2) : zeros
  // Without bias every column starts from the same zeros.
  const step: usize = first && bias != 0 ? 4 : 0
  if (mode == A.DOTS) {
    dotColumns(tiles, columns, init)
  } else {
    touchEntries(tiles * taps)
    if (mode == A.PACKED) packRows(table, tiles, taps, depth, packed)
    let j = 0
    if (WIDE) for (; j + 16 <= columns; j += 16) multiplyWide(tiles, j, init + <usize>j * step)
    for (; j < columns; j += 8) {
      const width = columns - j
      const start = init + <usize>j * step
      const panel = panels + <usize>(j >> 3) * stride
      if (width >= 8) multiply(0, tiles, panel, start, outs, (<usize>j) << 2)
      else edgeTiles(tiles, panel, start, (<usize>j) << 2, width)
    }
  }
  const kind = load<i32>(args, A.ACTIVATION)
  if (last && kind != LINEAR) activate(kind, rows, column, columns)
}

/** Brings what the rows of so many entries of the table hold into the cache. */
function touchEntries(entries: i32): void {
  for (let at = table, end = table + ((<usize>entries) << 4); at < end; at += 4) {
    const row = <usize>load<u32>(at)
    touch(row, row + ((<usize>depth) << 2))
  }
}

/** Tiles `tile` to `tile + tiles` of the strip, times one panel. */
// @ts-ignore: decorator
@inline
function multiply(tile: i32, tiles: i32, panel: usize, init: usize, rows: usize, column: usize): void {
  const sum = taps * depth
  if (load<i32>(args, A.MODE) == A.PACKED) {
    const bytes = (<usize>sum) << 4
    packedTiles8(packed + <usize>tile * bytes, bytes, tiles, panel, sum, init, rows, column)
  } else {
    const at = table + ((<usize>(tile * taps)) << 4)
    directTiles8(at, taps, tiles, panel, depth, init, rows, column)
  }
}

/** All tiles of the strip, times the two panels from column `j` on. */
function multiplyWide(tiles: i32, j: i32, init: usize): void {
  const panel = panels + <usize>(j >> 3) * stride
  const column = (<usize>j) << 2
  if (load<i32>(args, A.MODE) == A.PACKED) {
    const sum = taps * depth
    packedTiles16(packed, (<usize>sum) << 4, tiles, panel, stride, sum, init, outs, column)
  } else directTiles16(table, taps, tiles, panel, stride, depth, init, outs, column)
}

function edgeTiles(tiles: i32, panel: usize, init: usize, column: usize, width: i32): void {
  for (let i = 0; i < tiles; i++) {
    const rows = outs + ((<usize>i) << 4)
    openEdge(edge, rows, column, width, init == 0)
    multiply(i, 1, panel, init, edge, 0)
    closeEdge(edge, rows, column, width)
  }
}

function dotColumns(tiles: i32, columns: i32, init: usize): void {
  const columnBytes = (<usize>(taps * depth)) << 2
  const apart = load<usize>(args, A.Y_COLUMN)
  for (let i = 0; i < tiles; i++) {
    const rows = outs + ((<usize>i) << 4)
    const at = table + ((<usize>(i * taps)) << 4)
    for (let j = 0; j < columns; j += 2) {
      const start: usize = init == 0 ? 0 : init + ((<usize>j) << 2)
      const column = panels + <usize>j * columnBytes
      const to = <usize>j * apart
      if (j + 1 < columns) dots2(at, taps, column, columnBytes, depth, start, rows, to, apart)
      else dots1(at, taps, column, depth, start, rows, to)
    }
  }
}

function activate(kind: i32, rows: i32, column: i32, columns: i32): void {
  const step = load<usize>(args, A.ALPHA_STEP)
  const alpha = step == 0 ? args + A.ALPHA : load<usize>(args, A.ALPHA) + ((<usize>column) << 2)
  for (let r = 0; r < rows; r++) finishRow(kind, load<u32>(outs + ((<usize>r) << 2)), columns, 0, alpha, step)
}

/** Writes, for `rows` rows, where their results go and where each tap's numbers begin: line by line of the grid. */
function locate(row: i32, rows: i32): void {
  const gridHeight = load<i32>(args, A.GRID_HEIGHT)
  const gridWidth = load<i32>(args, A.GRID_WIDTH)
  const tapsX = load<i32>(args, A.TAPS_X)
  let line = row / gridWidth
  let gx = row - line * gridWidth
  for (let r = 0; r < rows; line++) {
    const count = min(gridWidth - gx, rows - r)
    const image = line / gridHeight
    const gy = line - image * gridHeight
    const out = y + times(args, A.Y_IMAGE, image) + times(args, A.Y_ROW, gy) + times(args, A.Y_PIXEL, gx)
    put(outs + ((<usize>r) << 2), count, 0, out, load<usize>(args, A.Y_PIXEL))
    let ty = tap / tapsX
    let tx = tap - ty * tapsX
    for (let t = 0; t < taps; t++) {
      locateRun(r, count, t, image, gy, gx, ty, tx)
      if (++tx == tapsX) {
        tx = 0
        ty++
      }
    }
    r += count
    gx = 0
  }
  // The rows that the last tile lacks; see gemm-tiles.ts.
  for (let r = rows; (r & 3) != 0; r++) {
    const first = r & -4
    store<u32>(outs + ((<usize>r) << 2), load<u32>(outs + ((<usize>first) << 2)))
    for (let t = 0; t < taps; t++) store<u32>(entry(r, t), <u32>zeros)
  }
}

/** Where the table has row `r` and tap `t`: tiles × taps × 4 rows. */
// @ts-ignore: decorator
@inline
function entry(r: i32, t: i32): usize {
  return table + ((<usize>((r >> 2) * taps + t)) << 4) + ((<usize>(r & 3)) << 2)
}

/** `count` rows from `r` on, neighbors on one line of the grid, seen through one tap. */
function locateRun(r: i32, count: i32, t: i32, image: i32, gy: i32, gx: i32, ty: i32, tx: i32): void {
  const strideX = load<i32>(args, A.STRIDE_X)
  const width = load<i32>(args, A.WIDTH)
  const pixel = load<usize>(args, A.PIXEL_STRIDE)
  const iy = gy * load<i32>(args, A.STRIDE_Y) + load<i32>(args, A.ORIGIN_Y) + ty * load<i32>(args, A.TAP_STEP_Y)
  const ix = gx * strideX + load<i32>(args, A.ORIGIN_X) + tx * load<i32>(args, A.TAP_STEP_X)
  const inside = <u32>iy < load<u32>(args, A.HEIGHT)
  const low = inside ? min(count, before(ix, strideX)) : count
  const high = inside ? max(low, min(count, until(ix, strideX, width))) : count
  const line = x + times(args, A.IMAGE_STRIDE, image) + times(args, A.ROW_STRIDE, iy) + ((<usize>from) << 2)
  const jump = (<usize>(taps - 1)) << 4
  put(entry(r, t), low, jump, zeros, 0)
  put(entry(r + low, t), high - low, jump, line + <usize>(ix + low * strideX) * pixel, <usize>strideX * pixel)
  put(entry(r + high, t), count - high, jump, zeros, 0)
}

/** Writes addresses `step` apart, skipping `jump` bytes after each tile's four. */
// @ts-ignore: decorator
@inline
function put(to: usize, count: i32, jump: usize, address: usize, step: usize): void {
  for (let i = 0; i < count; i++, address += step) {
    store<u32>(to, <u32>address)
    to += 4
    if ((to & 15) == 0) to += jump
  }
}
