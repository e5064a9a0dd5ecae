/** What the matrix products are told: the factors, the result, the blocks, and the words that kernels read. @module */
import * as A from '../shared/gemm-words.ts'
import type { BroadcastDimension } from './broadcast.ts'
import { type Epilogue, noEpilogue } from './epilogue.ts'

type Pair = readonly [y: number, x: number]

/** An image (or a matrix: one row of pixels) seen through a grid and taps; see shared/gemm-words.ts. Strides in elements. */
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

/** How the work is cut; see shared/gemm-words.ts. */
export interface Blocks {
  readonly rows: number
  readonly columns: number
  readonly rowBlocks: number
  readonly columnBlocks: number
  readonly splits: number
  packTaps: number
  packDepth: number
}

/** A single product. */
export const oneProduct: Batch = { size: 1, left: 0, right: 0, result: 0, dimensions: [] }

/** How a kernel computes its blocks: {@link A.MODE}, each thread's memory, and the right factor if it is packed already. */
interface Room {
  readonly mode?: number
  readonly scratch?: number
  readonly stride?: number
  readonly panels?: number
}

/** The arguments of a product's kernels, in the order of shared/gemm-words.ts. */
export function gemmWords(product: Product, blocks: Blocks, room: Room = {}): number[] {
  const { batch = oneProduct } = product
  const list = new Array<number>(A.BATCH_DIMENSIONS / 4)
  putLeft(list, product.left)
  putRight(list, product)
  putBlocks(list, blocks, room)
  putEpilogue(list, product.epilogue ?? noEpilogue)
  list[A.BATCH_X / 4] = 4 * batch.left
  list[A.BATCH_W / 4] = 4 * batch.right
  list[A.BATCH_Y / 4] = 4 * batch.result
  list[A.BATCH_RANK / 4] = batch.dimensions.length
  for (const { extent, strideA, strideB } of batch.dimensions) list.push(extent, strideA, strideB)
  return list
}

function putLeft(list: number[], left: LeftFactor): void {
  const { size, pixelStride, grid, stride, origin, taps, tapStep, images } = left
  const rowStride = size[1] * pixelStride
  list[A.X / 4] = left.pointer
  list[A.HEIGHT / 4] = size[0]
  list[A.WIDTH / 4] = size[1]
  list[A.PIXEL_STRIDE / 4] = 4 * pixelStride
  list[A.ROW_STRIDE / 4] = 4 * rowStride
  list[A.IMAGE_STRIDE / 4] = 4 * size[0] * rowStride
  list[A.GRID_HEIGHT / 4] = grid[0]
  list[A.GRID_WIDTH / 4] = grid[1]
  list[A.STRIDE_Y / 4] = stride[0]
  list[A.STRIDE_X / 4] = stride[1]
  list[A.ORIGIN_Y / 4] = origin[0]
  list[A.ORIGIN_X / 4] = origin[1]
  list[A.TAPS_Y / 4] = taps[0]
  list[A.TAPS_X / 4] = taps[1]
  list[A.TAP_STEP_Y / 4] = tapStep[0]
  list[A.TAP_STEP_X / 4] = tapStep[1]
  list[A.DEPTH / 4] = left.depth
  list[A.POSITIONS / 4] = images * grid[0] * grid[1]
}

function putRight(list: number[], { right, result, columns }: Product): void {
  list[A.W / 4] = right.pointer
  list[A.W_ROW / 4] = 4 * right.rowStride
  list[A.W_COLUMN / 4] = 4 * right.columnStride
  list[A.W_TAP_Y / 4] = 4 * right.tapStride[0]
  list[A.W_TAP_X / 4] = 4 * right.tapStride[1]
  list[A.Y / 4] = result.pointer
  list[A.Y_IMAGE / 4] = 4 * result.imageStride
  list[A.Y_ROW / 4] = 4 * result.rowStride
  list[A.Y_PIXEL / 4] = 4 * result.pixelStride
  list[A.Y_COLUMN / 4] = 4 * result.columnStride
  list[A.COLUMNS / 4] = columns
}

function putBlocks(
  list: number[],
  blocks: Blocks,
  { mode = A.DIRECT, scratch = 0, stride = 0, panels = 0 }: Room,
): void {
  list[A.BLOCK_ROWS / 4] = blocks.rows
  list[A.BLOCK_COLUMNS / 4] = blocks.columns
  list[A.ROW_BLOCKS / 4] = blocks.rowBlocks
  list[A.COLUMN_BLOCKS / 4] = blocks.columnBlocks
  list[A.SPLITS / 4] = blocks.splits
  list[A.PACK_TAPS / 4] = blocks.packTaps
  list[A.PACK_DEPTH / 4] = blocks.packDepth
  list[A.SCRATCH / 4] = scratch
  list[A.SCRATCH_STRIDE / 4] = stride
  list[A.MODE / 4] = mode
  list[A.PANELS / 4] = panels
}

function putEpilogue(list: number[], { bias, activation, alpha, alphaStep }: Epilogue): void {
  list[A.BIAS / 4] = bias
  list[A.ACTIVATION / 4] = activation
  list[A.ALPHA / 4] = alpha
  list[A.ALPHA_STEP / 4] = alphaStep
}
