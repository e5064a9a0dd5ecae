// Packing for the matrix product: the factors are copied, block by block, into the order in which the tiles read them.

/** Zeros: the rows outside an image, and the numbers a result without bias starts from. 4 KiB. */
export const zeros: usize = memory.data(4096, 16)

// The 4×4 transpose in two halves. AssemblyScript inlines functions of one result only, so each column is one.
// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5)
}
// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7)
}
// @ts-ignore: decorator
@inline
function lows(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5)
}
// @ts-ignore: decorator
@inline
function highs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7)
}

/** Copies `depth` numbers from each of 4 rows so that the 4 of one depth are neighbors, `stride` bytes a depth. */
// @ts-ignore: decorator
@inline
function interleave4(r0: usize, r1: usize, r2: usize, r3: usize, depth: i32, to: usize, stride: usize): void {
  let k = 0
  for (; k + 4 <= depth; k += 4) {
    const a = v128.load(r0),
      b = v128.load(r1),
      c = v128.load(r2),
      d = v128.load(r3)
    const ab = low(a, b),
      cd = low(c, d),
      AB = high(a, b),
      CD = high(c, d)
    v128.store(to, lows(ab, cd))
    v128.store(to + stride, highs(ab, cd))
    v128.store(to + 2 * stride, lows(AB, CD))
    v128.store(to + 3 * stride, highs(AB, CD))
    to += 4 * stride
    r0 += 16
    r1 += 16
    r2 += 16
    r3 += 16
  }
  for (; k < depth; k++) {
    store<f32>(to, load<f32>(r0))
    store<f32>(to, load<f32>(r1), 4)
    store<f32>(to, load<f32>(r2), 8)
    store<f32>(to, load<f32>(r3), 12)
    to += stride
    r0 += 4
    r1 += 4
    r2 += 4
    r3 += 4
  }
}

/** Packs rows given by a table of addresses (tiles × taps × 4) into tiles of 4 rows, the taps one after the other. */
export function packRows(table: usize, tiles: i32, taps: i32, depth: i32, to: usize): void {
  const end = table + ((<usize>(tiles * taps)) << 4)
  for (; table < end; table += 16) {
    const r0 = <usize>load<u32>(table),
      r1 = <usize>load<u32>(table, 4)
    const r2 = <usize>load<u32>(table, 8),
      r3 = <usize>load<u32>(table, 12)
    interleave4(r0, r1, r2, r3, depth, to, 16)
    to += (<usize>depth) << 4
  }
}

/** Bytes from panel to panel of 8 columns: odd in cache lines, so that panels do not fight for the same place. */
// @ts-ignore: decorator
@inline
export function panelStride(depth: i32): usize {
  return ((((<usize>depth) << 5) + 63) & ~63) | 64
}

/**
 * Packs `depth` × `columns` numbers into panels of 8 columns `stride` bytes apart, zeros for columns that lack. `row` is
 * the stride between depths, `column` between columns, in bytes; one of them is 4.
 */
export function packPanels(
  from: usize,
  row: usize,
  column: usize,
  depth: i32,
  columns: i32,
  to: usize,
  stride: usize,
): void {
  const whole = columns >> 3
  if (column == 4) packAcross(from, row, depth, whole, to, stride)
  else packAlong(from, column, depth, whole, to, stride)
  if (whole << 3 == columns) return
  from += <usize>(whole << 3) * column
  packRest(from, row, column, depth, columns & 7, to + <usize>whole * stride)
}

/** Columns are neighbors: two depths at a time, so that a line of the cache is written whole. */
function packAcross(from: usize, row: usize, depth: i32, panels: i32, to: usize, stride: usize): void {
  let k = 0
  for (; k + 2 <= depth; k += 2, from += 2 * row, to += 64) {
    let a = from,
      b = from + row,
      p = to
    for (const end = to + <usize>panels * stride; p < end; p += stride, a += 32, b += 32) {
      v128.store(p, v128.load(a))
      v128.store(p, v128.load(a, 16), 16)
      v128.store(p, v128.load(b), 32)
      v128.store(p, v128.load(b, 16), 48)
    }
  }
  if (k == depth) return
  for (const end = to + <usize>panels * stride; to < end; to += stride, from += 32) {
    v128.store(to, v128.load(from))
    v128.store(to, v128.load(from, 16), 16)
  }
}

/** Depths are neighbors: a transpose. */
function packAlong(from: usize, column: usize, depth: i32, panels: i32, to: usize, stride: usize): void {
  for (const end = to + <usize>panels * stride; to < end; to += stride) {
    interleave4(from, from + column, from + 2 * column, from + 3 * column, depth, to, 32)
    from += 4 * column
    interleave4(from, from + column, from + 2 * column, from + 3 * column, depth, to + 16, 32)
    from += 4 * column
  }
}

function packRest(from: usize, row: usize, column: usize, depth: i32, columns: i32, to: usize): void {
  for (let k = 0; k < depth; k++, to += 32, from += row) {
    v128.store(to, f32x4.splat(0))
    v128.store(to, f32x4.splat(0), 16)
    for (let j = 0; j < columns; j++) store<f32>(to + ((<usize>j) << 2), load<f32>(from + <usize>j * column))
  }
}

/** Packs up to 4 columns as they are, one after the other, each `stride` bytes long. */
export function packColumns(
  from: usize,
  rowStride: usize,
  columnStride: usize,
  depth: i32,
  columns: i32,
  to: usize,
  stride: usize,
): void {
  for (let j = 0; j < columns; j++) {
    let source = from + <usize>j * columnStride
    const start = to + <usize>j * stride
    const end = start + ((<usize>depth) << 2)
    for (let at = start; at < end; at += 4, source += rowStride) store<f32>(at, load<f32>(source))
  }
}
