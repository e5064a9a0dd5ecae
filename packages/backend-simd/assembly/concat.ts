// Concatenation and splitting along one axis, and padding. JavaScript side: src/kernels/concat.ts, pad.ts.
import { copyBytes, fillBytes } from './bytes'
import { chunkStart } from './threads'

const CONCAT_HEAD: usize = 16
const PAD_HEAD: usize = 20

/**
 * The whole is a matrix [rows, columns]; each part holds some adjacent columns of it.
 * Arguments: whole, rows, columns, parts, then per part: pointer, columns; all counted in bytes.
 */
// @ts-ignore: decorator
@inline
function parts(split: bool, args: usize, chunk: i32): void {
  const whole = <usize>load<u32>(args)
  const rows = load<i32>(args, 4)
  const columns = load<i32>(args, 8)
  const count = load<i32>(args, 12)
  const last = args + CONCAT_HEAD + ((<usize>count) << 3)
  // One row (concatenation along the first axis) is cut by bytes, many are cut by rows.
  const byRows = rows > 1
  const firstRow = byRows ? chunkStart(rows, chunk, 1) : 0
  const endRow = byRows ? chunkStart(rows, chunk + 1, 1) : 1
  const from = byRows ? 0 : chunkStart(columns, chunk, 128)
  const to = byRows ? columns : chunkStart(columns, chunk + 1, 128)
  for (let row = firstRow; row < endRow; row++) {
    let offset = 0
    for (let part = args + CONCAT_HEAD; part < last; part += 8) {
      const width = load<i32>(part, 4)
      const first = max(offset, from)
      const end = min(offset + width, to)
      if (first < end) {
        const place = whole + <usize>row * <usize>columns + <usize>first
        const piece = <usize>load<u32>(part) + <usize>row * <usize>width + <usize>(first - offset)
        if (split) copyBytes(piece, place, <usize>(end - first))
        else copyBytes(place, piece, <usize>(end - first))
      }
      offset += width
    }
  }
}

export function concatBytes(args: usize, chunk: i32): void {
  parts(false, args, chunk)
}
export function splitBytes(args: usize, chunk: i32): void {
  parts(true, args, chunk)
}

/**
 * Rows of the result are a constant, or the constant, a row of x, the constant.
 * Arguments: x, y, value (bits), bytes of an element (4 or 1), rank, then per dimension, outermost first: extent in y,
 * padding before, extent in x, stride in x in elements.
 */
export function padRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const width = <usize>load<u32>(args, 12)
  const value = width == 4 ? load<u32>(args, 8) : <u32>load<u8>(args, 8) * 0x01010101
  const rank = load<i32>(args, 16)
  const last = args + PAD_HEAD + ((<usize>(rank - 1)) << 4)
  const columns = <usize>load<u32>(last) * width
  const before = <usize>load<u32>(last, 4) * width
  const inner = <usize>load<u32>(last, 8) * width
  let rows = 1
  for (let d = args + PAD_HEAD; d < last; d += 16) rows *= load<i32>(d)
  const end = chunkStart(rows, chunk + 1, 1)
  for (let row = chunkStart(rows, chunk, 1); row < end; row++) {
    const to = y + <usize>row * columns
    let rest = row
    let from = x
    let inside = true
    for (let d = last - 16; d >= args + PAD_HEAD; d -= 16) {
      const extent = load<i32>(d)
      const outer = rest / extent
      const index = rest - outer * extent - load<i32>(d, 4)
      inside = inside && <u32>index < load<u32>(d, 8)
      from += <usize>index * <usize>load<u32>(d, 12) * width
      rest = outer
    }
    if (inside) {
      fillBytes(to, value, before)
      copyBytes(to + before, from, inner)
      fillBytes(to + before + inner, value, columns - before - inner)
    } else {
      fillBytes(to, value, columns)
    }
  }
}
