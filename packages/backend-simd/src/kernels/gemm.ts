/** The matrix products of `assembly/gemm-rows.ts` and `assembly/gemm-depth.ts`: what to multiply, and in which blocks. @module */
import type { SimdBackend } from '../backend.ts'
import * as A from '../shared/gemm-words.ts'
import { type Blocks, gemmWords, oneProduct, type Product } from './gemm-product.ts'
import { withTemporary } from './temporary.ts'

const oneBlock: Blocks = { rows: 0, columns: 0, rowBlocks: 1, columnBlocks: 1, splits: 1, packTaps: 1, packDepth: 1 }

/** How much of the sum is packed at once: a panel of 8 columns is 8 KiB, a quarter of the first-level cache. */
const packedDepth = 256
/** Columns packed at once: with `packedDepth` 512 KiB, half of the second-level cache. */
const packedColumns = 512
/** Columns from which on packing the left factor pays: 1 % at 64, 4 % at 128; below it costs up to 10 %. */
const columnsWorthPacking = 64
/** The largest packed copy of a right factor, in bytes. */
const mostShared = 2 ** 25
/** Enough chunks to balance eight threads; parts of a sum each cost a copy of the result. */
const mostChunks = 32
const mostSplits = 16
/** Multiplications worth a chunk: about 20 µs. */
const chunkWork = 2 ** 19
/** Up to so many columns, a tile of 8 would waste half of its work. */
export const fewColumns = 4

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to
/** Room for packed columns; see `panelStride` in assembly/gemm-pack.ts. */
const panelBytes = (columns: number, depth: number): number => Math.ceil(columns / 8) * (32 * depth + 128)
/** Cuts a length into parts as even as can be, none longer than `most`; gives the length of the parts. */
const evenPart = (length: number, most: number, multiple = 1): number =>
  roundUp(Math.ceil(length / Math.ceil(length / most)), multiple)

/** Cuts a sum over taps and depth into parts of about `most`. */
function packing(taps: number, depth: number, most: number): { packTaps: number; packDepth: number } {
  if (depth > most) return { packTaps: 1, packDepth: evenPart(depth, most, 4) }
  return { packTaps: evenPart(taps, Math.max(1, Math.floor((most * 1.25) / depth))), packDepth: depth }
}

/**
 * Left · right where the left factor's depth is in consecutive elements: rows are grid positions, the sum goes over taps
 * and depth. Result [positions, columns], with the epilogue.
 */
export function multiplyRows(backend: SimdBackend, product: Product): void {
  const { left, columns, batch = oneProduct } = product
  const rows = left.images * left.grid[0] * left.grid[1]
  const taps = left.taps[0] * left.taps[1]
  const mode = columns <= fewColumns ? A.DOTS : columns < columnsWorthPacking ? A.DIRECT : A.PACKED
  const { packTaps, packDepth } = packing(taps, left.depth, mode === A.DOTS ? 1024 : packedDepth)
  const blocks = rowBlocks(rows, columns, taps * left.depth, batch.size)
  blocks.packTaps = packTaps
  blocks.packDepth = packDepth
  // Row blocks that all need the whole right factor share one packed copy of it.
  const copy =
    panelBytes(columns, packTaps * packDepth) * Math.ceil(taps / packTaps) * Math.ceil(left.depth / packDepth)
  const sharing = blocks.rowBlocks > 1 && batch.size === 1 && mode !== A.DOTS && copy <= mostShared
  const own = sharing ? 0 : panelBytes(blocks.columns, packTaps * packDepth)
  const packedRows = mode === A.PACKED ? packTaps * packDepth : 0
  const bytes = A.EDGE + 4 * A.STRIP * (1 + packTaps + packedRows) + own
  const run = (panels: number) =>
    backend.scratch(bytes, (scratch, stride) => {
      const list = gemmWords(product, blocks, { mode, scratch, stride, panels })
      if (sharing) backend.run('gemmPackRight', backend.chunks(columns * taps * left.depth, 16384), ...list)
      backend.run('gemmRows', batch.size * blocks.rowBlocks * blocks.columnBlocks, ...list)
    })
  if (sharing) withTemporary(backend, copy / 4, run)
  else run(0)
}

/** Blocks of rows and columns: enough to share among threads, and no smaller than that asks for. */
function rowBlocks(rows: number, columns: number, sum: number, batch: number): Blocks {
  const wanted = Math.max(1, Math.min(mostChunks, (rows * columns * sum) / chunkWork))
  let widest = evenPart(columns, packedColumns, 8)
  let tallest = Math.max(A.STRIP, roundUp(rows / wanted, A.STRIP))
  const count = () => batch * Math.ceil(rows / tallest) * Math.ceil(columns / widest)
  // Few rows: narrower blocks, of 64 columns at least; then lower ones.
  while (count() < wanted && widest >= 128 && rows < 2 * columns) widest = roundUp(widest / 2, 8)
  while (count() < Math.min(wanted, 8) && tallest >= 32) tallest = roundUp(tallest / 2, 4)
  const blockRows = evenPart(rows, tallest, 4)
  const blockColumns = evenPart(columns, widest, 8)
  return {
    rows: blockRows,
    columns: blockColumns,
    rowBlocks: Math.ceil(rows / blockRows),
    columnBlocks: Math.ceil(columns / blockColumns),
    splits: 1,
    packTaps: 1,
    packDepth: 1,
  }
}

/**
 * The sum over positions of (left, one tap's channels)ᵀ · right: result [taps · depth, columns]. The right factor has a
 * row for each position; `result.rowStride` is between the rows of the result, and its columns are neighbors.
 */
export function multiplyDepth(backend: SimdBackend, product: Product): void {
  if (product.columns <= fewColumns && (product.batch?.size ?? 1) === 1) multiplyFew(backend, product)
  else multiplyMany(backend, product)
}

function multiplyMany(backend: SimdBackend, product: Product): void {
  const { left, result, columns, batch = oneProduct } = product
  const positions = left.images * left.grid[0] * left.grid[1]
  const taps = left.taps[0] * left.taps[1]
  const size = taps * left.depth * columns
  const blocks = depthParts(taps * Math.ceil(left.depth / 4), positions, columns, batch.size)
  const { splits } = blocks
  const perPanel = 16 + 16 * blocks.packDepth + 64
  const bytes = A.EDGE + 4 * blocks.columns + blocks.rows * perPanel + panelBytes(blocks.columns, blocks.packDepth)
  const run = (pointer: number, resultStride: number) =>
    backend.scratch(bytes, (scratch, stride) => {
      const chunks = batch.size * splits * blocks.rowBlocks * blocks.columnBlocks
      const list = gemmWords(product, blocks, { scratch, stride })
      list[A.Y / 4] = pointer
      list[A.BATCH_Y / 4] = 4 * resultStride
      backend.run('gemmDepth', chunks, ...list)
    })
  if (splits === 1) {
    run(result.pointer, batch.result)
    return
  }
  withTemporary(backend, splits * size, (parts) => {
    run(parts, size)
    backend.run('sumParts', backend.chunks(size * splits, 16384), parts, result.pointer, size, splits)
  })
}

/** Blocks of panels of 4 rows, of columns, and parts of the sum. A function of the shapes alone: sums must not change. */
function depthParts(panels: number, positions: number, columns: number, batch: number): Blocks {
  const work = panels * 4 * columns * positions
  const wanted = Math.max(1, Math.min(24, work / chunkWork))
  const packDepth = evenPart(positions, packedDepth, 4)
  const rows = evenPart(panels, 64)
  const widest = evenPart(columns, packedColumns / 2, 8)
  const blocks = Math.ceil(panels / rows) * Math.ceil(columns / widest)
  // Parts of the sum are the last resort: each costs a copy of the result.
  const splits = batch > 1 ? 1 : Math.max(1, Math.min(Math.floor(wanted / blocks), Math.floor(positions / 1024), 8))
  return {
    rows,
    columns: widest,
    rowBlocks: Math.ceil(panels / rows),
    columnBlocks: Math.ceil(columns / widest),
    splits,
    packTaps: 1,
    packDepth,
  }
}

/** {@link multiplyDepth} for at most 4 columns; see assembly/gemm-few.ts. */
function multiplyFew(backend: SimdBackend, product: Product): void {
  const { left, result, columns } = product
  const lines = left.images * left.grid[0]
  const rows = left.taps[0] * left.taps[1] * left.depth
  const work = lines * left.grid[1] * rows * columns
  const splits = Math.max(1, Math.min(mostSplits, lines, Math.floor(work / chunkWork)))
  withTemporary(backend, splits * columns * rows, (parts) => {
    const list = gemmWords(product, { ...oneBlock, splits })
    list[A.Y / 4] = parts
    list[A.BATCH_Y / 4] = 4 * columns * rows
    backend.run('gemmFew', splits, ...list)
    backend.run('gemmFewSum', 1, parts, result.pointer, rows, columns, splits, 4 * result.rowStride)
  })
}
