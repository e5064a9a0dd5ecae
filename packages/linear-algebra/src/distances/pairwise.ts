/** Comparison of every row with every row, in blocks that stay in cache. @module */
import type { Matrix } from '../matrices/matrix.ts'
import { fillDot, fillManhattan, fillSquared } from './pairwise-tiles.ts'

/** How two rows are compared: `x·y`, `‖x − y‖²` or `‖x − y‖₁`. */
export type Pairing = 'dot' | 'squared' | 'manhattan'

/** Pair values of some rows of x (from `rowStart`) with some rows of y (from `columnStart`). The arrays are reused. */
export interface Block {
  rowStart: number
  rows: number
  columnStart: number
  columns: number
  /** Pair (i, j) of the block is `values[i * stride + j]`. */
  stride: number
  readonly values: Float64Array
}

const tiles = { dot: fillDot, squared: fillSquared, manhattan: fillManhattan }

/**
 * Visits the pairs of rows of x with rows of y, block by block; the memory used does not grow with the number of rows.
 *
 * Differences are summed as they are, not through ‖x‖² + ‖y‖² − 2x·y: equal rows are exactly 0 apart, the distance
 * from i to j is bitwise the one from j to i, and in V8 it costs the same.
 */
export function forEachBlock(x: Matrix, y: Matrix, pairing: Pairing, visit: (block: Block) => void): void {
  visitBlocks(x, y, pairing, false, visit)
}

/** As {@link forEachBlock} for x with itself, but only the blocks on and above the diagonal; blocks on it are whole. */
export function forEachUpperBlock(x: Matrix, pairing: Pairing, visit: (block: Block) => void): void {
  visitBlocks(x, x, pairing, true, visit)
}

function visitBlocks(x: Matrix, y: Matrix, pairing: Pairing, upper: boolean, visit: (block: Block) => void): void {
  const size = blockSize(x.columns)
  const left = new Float64Array(size * x.columns)
  const right = new Float64Array(size * x.columns)
  const block: Block = {
    rowStart: 0,
    rows: 0,
    columnStart: 0,
    columns: 0,
    stride: size,
    values: new Float64Array(size * size),
  }
  const fill = tiles[pairing]
  for (let i = 0; i < x.rows; i += size) {
    block.rowStart = i
    block.rows = pack(x, i, size, left)
    for (let j = upper ? i : 0; j < y.rows; j += size) {
      block.columnStart = j
      block.columns = pack(y, j, size, right)
      fill(left, right, block.rows, block.columns, x.columns, size, block.values)
      visit(block)
    }
  }
}

/** A number of rows that tiles of 4 divide; two blocks of them fill about half a megabyte or less. */
function blockSize(columns: number): number {
  return Math.max(16, Math.min(128, 4 * Math.floor(2 ** 15 / columns / 4)))
}

/**
 * Copies up to `size` rows into a block and returns how many; the tiles may read up to three rows more, whatever they
 * hold.
 */
function pack({ rows, columns, data }: Matrix, start: number, size: number, block: Float64Array): number {
  const count = Math.min(size, rows - start)
  block.set(data.subarray(start * columns, (start + count) * columns))
  return count
}
