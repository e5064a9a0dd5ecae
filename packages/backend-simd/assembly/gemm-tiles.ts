// Register tiles of the matrix product: a tile of the result, 4 rows by 8 columns, is held in registers while
// the depth is walked. The right factor is packed: 8 columns of one depth after the other ("panel").
//
// The steps are written out four times with a look at the end between them. Without the look the compiler mixes the
// loads of several steps, runs out of registers and spills: 31 instead of 47 GFLOP/s (V8 11.3, one Zen 4 core, where
// the same loop in C reaches 53). Six rows, twelve columns or five rows spill as well.
//
// A tile with fewer than 4 rows has row 0 in place of those that lack: results are stored from row 3 to row 0, so that
// the right one stays.
import { madd } from './madd'

// @ts-ignore: decorator
@inline
function outRow(rows: usize, row: usize, column: usize): usize {
  return <usize>load<u32>(rows + (row << 2)) + column
}

/**
 * `tiles` 4×8 tiles below each other, the left factor packed: 4 rows of one depth after the other, tiles `stride` bytes
 * apart.
 *
 * `rows`: addresses of the result's rows; `column`: byte offset in them; `init`: 8 numbers every row starts from, or 0
 * to add to what the result holds.
 */
export function packedTiles8(
  left: usize,
  stride: usize,
  tiles: i32,
  right: usize,
  depth: i32,
  init: usize,
  rows: usize,
  column: usize,
): void {
  for (const last = rows + ((<usize>tiles) << 4); rows < last; rows += 16) {
    const y0 = outRow(rows, 0, column)
    const y1 = outRow(rows, 1, column)
    const y2 = outRow(rows, 2, column)
    const y3 = outRow(rows, 3, column)
    const first = init != 0
    let c00 = v128.load(first ? init : y0),
      c01 = v128.load(first ? init : y0, 16)
    let c10 = v128.load(first ? init : y1),
      c11 = v128.load(first ? init : y1, 16)
    let c20 = v128.load(first ? init : y2),
      c21 = v128.load(first ? init : y2, 16)
    let c30 = v128.load(first ? init : y3),
      c31 = v128.load(first ? init : y3, 16)
    let a = left,
      b = right
    const end = b + ((<usize>depth) << 5)
    // biome-ignore format: a line is what one row of the tile does in a step
    while (true) {
      let b0 = v128.load(b), b1 = v128.load(b, 16)
      let s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
      s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
      s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
      s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
      b += 32; a += 16
      if (b >= end) break
      b0 = v128.load(b); b1 = v128.load(b, 16)
      s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
      s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
      s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
      s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
      b += 32; a += 16
      if (b >= end) break
      b0 = v128.load(b); b1 = v128.load(b, 16)
      s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
      s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
      s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
      s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
      b += 32; a += 16
      if (b >= end) break
      b0 = v128.load(b); b1 = v128.load(b, 16)
      s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
      s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
      s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
      s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
      b += 32; a += 16
      if (b >= end) break
    }
    v128.store(y3, c30)
    v128.store(y3, c31, 16)
    v128.store(y2, c20)
    v128.store(y2, c21, 16)
    v128.store(y1, c10)
    v128.store(y1, c11, 16)
    v128.store(y0, c00)
    v128.store(y0, c01, 16)
    left += stride
  }
}

/**
 * 4×8 tile, left factor where it is: `taps` times the addresses of 4 rows, each `depth` consecutive numbers. For an
 * image the taps are those of the filter; a matrix has one.
 */
export function directTiles8(
  table: usize,
  taps: i32,
  tiles: i32,
  right: usize,
  depth: i32,
  init: usize,
  rows: usize,
  column: usize,
): void {
  for (const last = rows + ((<usize>tiles) << 4); rows < last; rows += 16) {
    const y0 = outRow(rows, 0, column)
    const y1 = outRow(rows, 1, column)
    const y2 = outRow(rows, 2, column)
    const y3 = outRow(rows, 3, column)
    const first = init != 0
    let c00 = v128.load(first ? init : y0),
      c01 = v128.load(first ? init : y0, 16)
    let c10 = v128.load(first ? init : y1),
      c11 = v128.load(first ? init : y1, 16)
    let c20 = v128.load(first ? init : y2),
      c21 = v128.load(first ? init : y2, 16)
    let c30 = v128.load(first ? init : y3),
      c31 = v128.load(first ? init : y3, 16)
    let b = right
    for (const next = table + ((<usize>taps) << 4); table < next; table += 16) {
      let r0 = <usize>load<u32>(table)
      let r1 = <usize>load<u32>(table, 4)
      let r2 = <usize>load<u32>(table, 8)
      let r3 = <usize>load<u32>(table, 12)
      const end = b + ((<usize>depth) << 5)
      // biome-ignore format: a line is what one row of the tile does in a step
      while (true) {
        let b0 = v128.load(b), b1 = v128.load(b, 16)
        let s = v128.load32_splat(r0); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(r1); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(r2); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(r3); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; r0 += 4; r1 += 4; r2 += 4; r3 += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16)
        s = v128.load32_splat(r0); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(r1); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(r2); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(r3); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; r0 += 4; r1 += 4; r2 += 4; r3 += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16)
        s = v128.load32_splat(r0); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(r1); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(r2); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(r3); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; r0 += 4; r1 += 4; r2 += 4; r3 += 4
        if (b >= end) break
        b0 = v128.load(b); b1 = v128.load(b, 16)
        s = v128.load32_splat(r0); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
        s = v128.load32_splat(r1); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
        s = v128.load32_splat(r2); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
        s = v128.load32_splat(r3); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
        b += 32; r0 += 4; r1 += 4; r2 += 4; r3 += 4
        if (b >= end) break
      }
    }
    v128.store(y3, c30)
    v128.store(y3, c31, 16)
    v128.store(y2, c20)
    v128.store(y2, c21, 16)
    v128.store(y1, c10)
    v128.store(y1, c11, 16)
    v128.store(y0, c00)
    v128.store(y0, c01, 16)
  }
}
