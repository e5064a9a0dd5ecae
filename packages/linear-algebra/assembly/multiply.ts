// The matrix product, in blocks that stay in the caches.
import { columnBlock, depthBlock, edgeTile, packedLeft, packedRight, rowBlock } from './layout'
import { pack } from './pack'
import { addTile } from './tile'

/**
 * Adds `factor · a · b` to c. Rows and columns of the factors are any number of bytes apart, so that a transposed one costs
 * nothing; the rows of c run along memory, `cRow` bytes apart.
 *
 * `part`: 0 for all of c, 1 for its tiles on and above the diagonal alone, 2 for those on and below it.
 */
export function multiply(
  part: i32,
  rows: i32,
  columns: i32,
  inner: i32,
  factor: f64,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
): void {
  for (let j = 0; j < columns; j += columnBlock) {
    const wide = min(columnBlock, columns - j)
    for (let k = 0; k < inner; k += depthBlock) {
      const deep = min(depthBlock, inner - k)
      pack(b + <usize>j * bColumn + <usize>k * bRow, wide, deep, bColumn, bRow, 1, packedRight)
      for (let i = 0; i < rows; i += rowBlock) {
        const high = min(rowBlock, rows - i)
        if (outside(part, i, high, j, wide)) continue
        pack(a + <usize>i * aRow + <usize>k * aColumn, high, deep, aRow, aColumn, factor, packedLeft)
        addBlock(part, i, high, j, wide, deep, c, cRow)
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function outside(part: i32, row: i32, high: i32, column: i32, wide: i32): bool {
  return part == 1 ? row > column + wide - 1 : part == 2 ? column > row + high - 1 : false
}

/** The packed blocks, tile by tile. */
function addBlock(part: i32, row: i32, high: i32, column: i32, wide: i32, depth: i32, c: usize, cRow: usize): void {
  const panel = (<usize>depth) << 5
  let right = packedRight
  for (let j = 0; j < wide; j += 4) {
    let left = packedLeft
    for (let i = 0; i < high; i += 4) {
      if (!outside(part, row + i, 4, column + j, 4)) {
        const to = c + <usize>(row + i) * cRow + ((<usize>(column + j)) << 3)
        if (high - i >= 4 && wide - j >= 4) addTile(left, right, depth, to, cRow)
        else addEdge(left, right, depth, to, cRow, min(4, high - i), min(4, wide - j))
      }
      left += panel
    }
    right += panel
  }
}

/** A tile of which only some rows and columns are the result's. */
function addEdge(left: usize, right: usize, depth: i32, c: usize, cRow: usize, high: i32, wide: i32): void {
  memory.fill(edgeTile, 0, 128)
  addTile(left, right, depth, edgeTile, 32)
  for (let i = 0; i < high; i++) {
    for (let j = 0; j < wide; j++) {
      const to = c + <usize>i * cRow + ((<usize>j) << 3)
      store<f64>(to, load<f64>(to) + load<f64>(edgeTile + ((<usize>(4 * i + j)) << 3)))
    }
  }
}
