// Tiles of 16 columns for the matrix product's strips; see gemm-tiles.ts, whose arguments these take, and wide-packed.ts.
import { directFour, directSix } from './wide-direct'
import { packedFour, packedSix } from './wide-packed'

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, row: usize, column: usize): usize {
  return <usize>load<u32>(rows + (row << 2)) + column
}

/**
 * `tiles` groups of 4 rows below each other by 16 columns, the left factor packed; the right factor's panels lie `next` bytes
 * apart.
 */
export function packedTiles16(
  left: usize,
  stride: usize,
  tiles: i32,
  right: usize,
  next: usize,
  depth: i32,
  init: usize,
  rows: usize,
  column: usize,
): void {
  const end = right + ((<usize>depth) << 5)
  for (; tiles >= 3; tiles -= 3, rows += 48) {
    const second = left + stride
    const third = second + stride
    packedSix(
      left,
      second,
      16,
      right,
      end,
      32,
      next,
      init,
      rowAt(rows, 0, column),
      rowAt(rows, 1, column),
      rowAt(rows, 2, column),
      rowAt(rows, 3, column),
      rowAt(rows, 4, column),
      rowAt(rows, 5, column),
    )
    packedSix(
      third,
      second + 8,
      16,
      right,
      end,
      32,
      next,
      init,
      rowAt(rows, 8, column),
      rowAt(rows, 9, column),
      rowAt(rows, 10, column),
      rowAt(rows, 11, column),
      rowAt(rows, 6, column),
      rowAt(rows, 7, column),
    )
    left = third + stride
  }
  for (; tiles > 0; tiles--, rows += 16, left += stride) {
    packedFour(
      left,
      16,
      right,
      end,
      32,
      next,
      init,
      rowAt(rows, 0, column),
      rowAt(rows, 1, column),
      rowAt(rows, 2, column),
      rowAt(rows, 3, column),
    )
  }
}

// @ts-ignore: decorator
@inline
function entry(table: usize, row: usize): usize {
  return <usize>load<u32>(table + (row << 2))
}

/** The same, the left factor where it is: `taps` times the addresses of 4 rows for each group. */
export function directTiles16(
  table: usize,
  taps: i32,
  tiles: i32,
  right: usize,
  next: usize,
  depth: i32,
  init: usize,
  rows: usize,
  column: usize,
): void {
  const group = (<usize>taps) << 4
  for (; tiles >= 3; tiles -= 3, rows += 48) {
    const second = table + group
    const third = second + group
    directSix(
      entry(table, 0),
      entry(table, 1),
      entry(table, 2),
      entry(table, 3),
      entry(second, 0),
      entry(second, 1),
      table,
      second,
      taps,
      right,
      depth,
      next,
      init,
      rowAt(rows, 0, column),
      rowAt(rows, 1, column),
      rowAt(rows, 2, column),
      rowAt(rows, 3, column),
      rowAt(rows, 4, column),
      rowAt(rows, 5, column),
    )
    directSix(
      entry(third, 0),
      entry(third, 1),
      entry(third, 2),
      entry(third, 3),
      entry(second, 2),
      entry(second, 3),
      third,
      second + 8,
      taps,
      right,
      depth,
      next,
      init,
      rowAt(rows, 8, column),
      rowAt(rows, 9, column),
      rowAt(rows, 10, column),
      rowAt(rows, 11, column),
      rowAt(rows, 6, column),
      rowAt(rows, 7, column),
    )
    table = third + group
  }
  for (; tiles > 0; tiles--, rows += 16, table += group) {
    directFour(
      entry(table, 0),
      entry(table, 1),
      entry(table, 2),
      entry(table, 3),
      table,
      taps,
      right,
      depth,
      next,
      init,
      rowAt(rows, 0, column),
      rowAt(rows, 1, column),
      rowAt(rows, 2, column),
      rowAt(rows, 3, column),
    )
  }
}
