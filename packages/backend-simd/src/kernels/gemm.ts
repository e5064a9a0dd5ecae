/** The matrix products of `assembly/gemm-rows.ts` and `assembly/gemm-depth.ts`: what to multiply, and in which blocks. @module */
import type { SimdBackend } from '../backend.ts'
import type { BroadcastDimension } from './broadcast.ts'
import { type Epilogue, noEpilogue } from './epilogue.ts'
import { withTemporary } from './temporary.ts'

type Pair = readonly [y: number, x: number]

/** An image (or a matrix: one row of pixels) seen through a grid and taps; see assembly/gemm-args.ts. Strides in elements. */
export interface LeftFactor {
  readonly pointer: number
  readonly size: Pair
  readonly pixelStride: number
  readonly images: number
  readonly grid: Pair
  readonly stride: Pair
  readonly origin: Pair
  readonly taps: Pair
  readonly tapStep: Pair
  readonly depth: number
}

/** The right factor. Either `rowStride` or `columnStride` is 1. */
export interface RightFactor {
  readonly pointer: number
  readonly rowStride: number
  readonly columnStride: number
  readonly tapStride: Pair
}

/** Where results go: strides between images, rows and pixels of the grid, and between columns. */
export interface Result {
  readonly pointer: number
  readonly imageStride: number
  readonly rowStride: number
  readonly pixelStride: number
  readonly columnStride: number
}

/** Several products at once: elements of one matrix of each, and the joined dimensions over which factors are broadcast. */
export interface Batch {
  readonly size: number
  readonly left: number
  readonly right: number
  readonly result: number
  readonly dimensions: readonly BroadcastDimension[]
}

/** A product to compute. */
export interface Product {
  readonly left: LeftFactor
  readonly right: RightFactor
  readonly result: Result
  readonly columns: number
  readonly epilogue?: Epilogue
  readonly batch?: Batch
}

/** How the work is cut; see assembly/gemm-args.ts. */
interface Blocks {
  readonly rows: number
  readonly columns: number
  readonly rowBlocks: number
  readonly columnBlocks: number
  readonly splits: number
  packTaps: number
  packDepth: number
}

const oneBlock: Blocks = { rows: 0, columns: 0, rowBlocks: 1, columnBlocks: 1, splits: 1, packTaps: 1, packDepth: 1 }
const oneProduct: Batch = { size: 1, left: 0, right: 0, result: 0, dimensions: [] }

/** How much of the sum is packed at once: a panel of 8 columns is 8 KiB, a quarter of the first-level cache. */
const packedDepth = 256
/** Columns packed at once: with `packedDepth` 512 KiB, half of the second-level cache. */
const packedColumns = 512
/** Columns from which on packing the left factor pays: 1 % at 64, 4 % at 128; below it costs up to 10 %. */
const columnsWorthPacking = 64
/** The largest packed copy of a right factor, in bytes. */
const mostShared = 2 ** 25
/** In assembly/gemm-edge.ts. */
const edgeBytes = 192
/** Enough chunks to balance eight threads; parts of a sum each cost a copy of the result. */
const mostChunks = 32
const mostSplits = 16
/** Multiplications worth a chunk: about 20 µs. */
const chunkWork = 2 ** 19
/** In assembly/gemm-rows.ts. */
const stripRows = 96
/** Up to so many columns, a tile of 8 would waste half of its work. */
export const fewColumns = 4
const modes = { direct: 0, packed: 1, dots: 2 } as const

/** Where `words` has the address of the result and the bytes from one matrix of it to the next. */
const yWord = 22
const batchYWord = 46

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to
/** Room for packed columns; see `panelStride` in assembly/gemm-pack.ts. */
const panelBytes = (columns: number, depth: number): number => Math.ceil(columns / 8) * (32 * depth + 128)
/** Cuts a length into parts as even as can be, none longer than `most`; gives the length of the parts. */
const evenPart = (length: number, most: number, multiple = 1): number =>
  roundUp(Math.ceil(length / Math.ceil(length / most)), multiple)

function words(product: Product, blocks: Blocks, mode: number, scratch: number, stride: number, panels = 0): number[] {
  const { left, right, result, columns, epilogue = noEpilogue, batch = oneProduct } = product
  const [height, width] = left.size
  const rowStride = width * left.pixelStride
  const positions = left.images * left.grid[0] * left.grid[1]
  const { size, grid, stride: step, origin, taps, tapStep } = left
  const { tapStride } = right
  // One literal without spreads: this runs for every product, and spreading took longer than a small product itself.
  // biome-ignore format: in the groups of assembly/gemm-args.ts
  const list = [
    left.pointer, size[0], size[1], 4 * left.pixelStride, 4 * rowStride, 4 * height * rowStride,
    grid[0], grid[1], step[0], step[1], origin[0], origin[1], taps[0], taps[1], tapStep[0], tapStep[1], left.depth,
    right.pointer, 4 * right.rowStride, 4 * right.columnStride, 4 * tapStride[0], 4 * tapStride[1],
    result.pointer, 4 * result.imageStride, 4 * result.rowStride, 4 * result.pixelStride, 4 * result.columnStride,
    positions, columns, blocks.rows, blocks.columns, blocks.rowBlocks, blocks.columnBlocks, blocks.splits,
    blocks.packTaps, blocks.packDepth, scratch, stride, mode,
    epilogue.bias, epilogue.activation, epilogue.alpha, epilogue.alphaStep, panels,
    4 * batch.left, 4 * batch.right, 4 * batch.result, batch.dimensions.length,
  ]
  for (const { extent, strideA, strideB } of batch.dimensions) list.push(extent, strideA, strideB)
  return list
}

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
  const mode = columns <= fewColumns ? modes.dots : columns < columnsWorthPacking ? modes.direct : modes.packed
  const { packTaps, packDepth } = packing(taps, left.depth, mode === modes.dots ? 1024 : packedDepth)
  const blocks = rowBlocks(rows, columns, taps * left.depth, batch.size)
  blocks.packTaps = packTaps
  blocks.packDepth = packDepth
  // Row blocks that all need the whole right factor share one packed copy of it.
  const copy =
    panelBytes(columns, packTaps * packDepth) * Math.ceil(taps / packTaps) * Math.ceil(left.depth / packDepth)
  const sharing = blocks.rowBlocks > 1 && batch.size === 1 && mode !== modes.dots && copy <= mostShared
  const own = sharing ? 0 : panelBytes(blocks.columns, packTaps * packDepth)
  const packedRows = mode === modes.packed ? packTaps * packDepth : 0
  const bytes = edgeBytes + 4 * stripRows * (1 + packTaps + packedRows) + own
  const run = (panels: number) =>
    backend.scratch(bytes, (scratch, stride) => {
      const list = words(product, blocks, mode, scratch, stride, panels)
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
  let tallest = Math.max(stripRows, roundUp(rows / wanted, stripRows))
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
  const bytes = edgeBytes + blocks.rows * perPanel + panelBytes(blocks.columns, blocks.packDepth)
  const run = (pointer: number, resultStride: number) =>
    backend.scratch(bytes, (scratch, stride) => {
      const chunks = batch.size * splits * blocks.rowBlocks * blocks.columnBlocks
      const list = words(product, blocks, 0, scratch, stride)
      list[yWord] = pointer
      list[batchYWord] = 4 * resultStride
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
    const list = words(product, { ...oneBlock, splits }, 0, 0, 0)
    list[yWord] = parts
    list[batchYWord] = 4 * columns * rows
    backend.run('gemmFew', splits, ...list)
    backend.run('gemmFewSum', 1, parts, result.pointer, rows, columns, splits, 4 * result.rowStride)
  })
}
