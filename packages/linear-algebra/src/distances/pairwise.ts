/** Comparison of every row with every row, in blocks that stay in cache. @module */
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { rowsAt, turned } from '../arithmetic/kernels.ts'
import type { Matrix } from '../matrices/matrix.ts'
import { fillManhattan, fillSquared } from './pairwise-tiles.ts'

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

const tiles = { squared: fillSquared, manhattan: fillManhattan }

/**
 * Visits the pairs of rows of x with rows of y, block by block; the memory used does not grow with the number of rows.
 *
 * Differences are summed as they are, not through ‖x‖² + ‖y‖² − 2x·y: equal rows are exactly 0 apart, the distance
 * from i to j is bitwise the one from j to i. Dot products are a product of matrices, and several times as fast.
 */
export function forEachBlock(x: Matrix, y: Matrix, pairing: Pairing, visit: (block: Block) => void): void {
  visitBlocks(x, y, pairing, false, visit)
}

/** As {@link forEachBlock} for x with itself, but only the blocks on and above the diagonal; blocks on it are whole. */
export function forEachUpperBlock(x: Matrix, pairing: Pairing, visit: (block: Block) => void): void {
  visitBlocks(x, x, pairing, true, visit)
}

function visitBlocks(x: Matrix, y: Matrix, pairing: Pairing, upper: boolean, visit: (block: Block) => void): void {
  if (pairing === 'dot') {
    const size = productBlockSize(x.columns)
    inArena('forEachBlock', size * (2 * x.columns + size), (arena) => {
      walk(x, y, upper, productFiller(arena, size, x.columns), visit)
    })
  } else walk(x, y, upper, tileFiller(pairing, x.columns), visit)
}

/** What computes the pairs of two blocks. */
interface Filler {
  /** Rows of a block. */
  readonly size: number
  /** Takes in up to `size` rows of x or of y, and says how many. */
  pack(matrix: Matrix, start: number, side: 'left' | 'right'): number
  fill(rows: number, columns: number, values: Float64Array): void
}

function walk(x: Matrix, y: Matrix, upper: boolean, { size, pack, fill }: Filler, visit: (block: Block) => void): void {
  const values = new Float64Array(size * size)
  const block: Block = { rowStart: 0, rows: 0, columnStart: 0, columns: 0, stride: size, values }
  for (let i = 0; i < x.rows; i += size) {
    block.rowStart = i
    block.rows = pack(x, i, 'left')
    for (let j = upper ? i : 0; j < y.rows; j += size) {
      block.columnStart = j
      block.columns = pack(y, j, 'right')
      fill(block.rows, block.columns, values)
      visit(block)
    }
  }
}

/** Dot products are a product of matrices. */
function productFiller(arena: Arena, size: number, columns: number): Filler {
  const { numbers } = arena
  const places = { left: arena.take(size * columns), right: arena.take(size * columns) }
  const result = rowsAt(arena.take(size * size), size)
  return {
    size,
    pack: (matrix, start, side) => copyRows(matrix, start, size, numbers, places[side]),
    fill: (rows, wide, values) => {
      numbers.fill(0, result.at, result.at + size * size)
      const [left, right] = [rowsAt(places.left, columns), turned(rowsAt(places.right, columns))]
      arena.multiply('all', rows, wide, columns, 1, left, right, result)
      values.set(numbers.subarray(result.at, result.at + size * size))
    },
  }
}

function tileFiller(pairing: keyof typeof tiles, columns: number): Filler {
  const size = blockSize(columns)
  const sides = { left: new Float64Array(size * columns), right: new Float64Array(size * columns) }
  const tile = tiles[pairing]
  return {
    size,
    pack: (matrix, start, side) => copyRows(matrix, start, size, sides[side], 0),
    fill: (rows, wide, values) => tile(sides.left, sides.right, rows, wide, columns, size, values),
  }
}

/** A number of rows that tiles of 4 divide; two blocks of them fill about half a megabyte or less. */
function blockSize(columns: number): number {
  return Math.max(16, Math.min(128, 4 * Math.floor(2 ** 15 / columns / 4)))
}

/** The same of products, whose blocks may be larger: 4 MiB each. */
function productBlockSize(columns: number): number {
  return Math.max(16, Math.min(128, 4 * Math.floor(2 ** 19 / columns / 4)))
}

/**
 * Copies up to `size` rows and returns how many; the tiles may read up to three rows more, whatever they hold.
 */
function copyRows({ rows, columns, data }: Matrix, start: number, size: number, to: Float64Array, at: number): number {
  const count = Math.min(size, rows - start)
  to.set(data.subarray(start * columns, (start + count) * columns), at)
  return count
}
