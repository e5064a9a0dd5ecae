// The products of panels.ts and the sums of panel-sums.ts in the 256-bit builds (wide.ts): 6 or 4 rows by 16 columns, what is left over in panels.ts.
import { zeros } from './gemm-pack'
import { directFour, directSix } from './wide-direct'
import { packedFour, packedSix } from './wide-packed'

/**
 * As `multiply` of panels.ts, for as many columns as make whole tiles of 16; returns how many. Rows are computed in sixes and fours,
 * never beyond the next multiple of four.
 */
export function multiply16(
  tiles: i32,
  inputs: i32,
  outputs: i32,
  v: usize,
  rowV: usize,
  u: usize,
  m: usize,
  rowM: usize,
): i32 {
  const next = rowV << 3
  let k = 0
  for (; k + 16 <= outputs; k += 16, m += 64) {
    const b = u + <usize>k * rowV
    let a = v
    let y = m
    for (let left = tiles; left > 0; ) {
      if (left > 4 && left != 7 && left != 8) {
        // biome-ignore format: rows of the left factor, the right one, rows of the result
        directSix(
          a, a + rowV, a + 2 * rowV, a + 3 * rowV, a + 4 * rowV, a + 5 * rowV,
          0, 0, 1, b, inputs, next, zeros,
          y, y + rowM, y + 2 * rowM, y + 3 * rowM, y + 4 * rowM, y + 5 * rowM,
        )
        left -= 6
        a += 6 * rowV
        y += 6 * rowM
      } else {
        // biome-ignore format: as above
        directFour(
          a, a + rowV, a + 2 * rowV, a + 3 * rowV,
          0, 1, b, inputs, next, zeros,
          y, y + rowM, y + 2 * rowM, y + 3 * rowM,
        )
        left -= 4
        a += 4 * rowV
        y += 4 * rowM
      }
    }
  }
  return k
}

/**
 * As `accumulate` of panel-sums.ts, for as many columns as make whole tiles of 16; returns how many. Channels lie in groups of
 * eight, `nextV` and `nextW` bytes from one to the next.
 */
export function accumulate16(
  tiles: i32,
  inputs: i32,
  outputs: i32,
  v: usize,
  rowV: usize,
  nextV: usize,
  w: usize,
  rowW: usize,
  nextW: usize,
  s: usize,
  rowS: usize,
  fresh: bool,
): i32 {
  const whole = outputs & -16
  const init = fresh ? zeros : 0
  for (let c = 0; c < inputs; ) {
    const first = fours(v, c, nextV)
    const y = s + <usize>c * rowS
    if (c + 12 > inputs) {
      sumFour(first, rowV, w, rowW, nextW, tiles, init, y, rowS, whole)
      c += 4
      continue
    }
    const second = fours(v, c + 4, nextV)
    sumSix(first, second, rowV, w, rowW, nextW, tiles, init, y, y + 4 * rowS, rowS, whole)
    const third = fours(v, c + 8, nextV)
    sumSix(third, second + 8, rowV, w, rowW, nextW, tiles, init, y + 8 * rowS, y + 6 * rowS, rowS, whole)
    c += 12
  }
  return whole
}

/** Where channels c to c + 3 of the first row stand. */
// @ts-ignore: decorator
@inline
function fours(v: usize, c: i32, next: usize): usize {
  return v + <usize>(c >> 3) * next + ((<usize>(c & 4)) << 2)
}

/** The sums of four channels, whose rows begin at `y`, and of two, whose rows begin at `z`. */
function sumSix(
  a: usize,
  a2: usize,
  rowV: usize,
  w: usize,
  rowW: usize,
  nextW: usize,
  tiles: i32,
  init: usize,
  y: usize,
  z: usize,
  rowS: usize,
  columns: i32,
): void {
  for (let k = 0; k < columns; k += 16, w += 2 * nextW, y += 64, z += 64) {
    const end = w + <usize>tiles * rowW
    packedSix(a, a2, rowV, w, end, rowW, nextW, init, y, y + rowS, y + 2 * rowS, y + 3 * rowS, z, z + rowS)
  }
}

/** The sums of four channels. */
function sumFour(
  a: usize,
  rowV: usize,
  w: usize,
  rowW: usize,
  nextW: usize,
  tiles: i32,
  init: usize,
  y: usize,
  rowS: usize,
  columns: i32,
): void {
  for (let k = 0; k < columns; k += 16, w += 2 * nextW, y += 64) {
    const end = w + <usize>tiles * rowW
    packedFour(a, rowV, w, end, rowW, nextW, init, y, y + rowS, y + 2 * rowS, y + 3 * rowS)
  }
}
