// Rows by index: gather, sums by segment, one-hot. JavaScript side: src/kernels/gather.ts.
import { copyBytes, fillBytes } from './bytes'
import { chunkStart } from './threads'

/**
 * y [batch, outer, count, slice] = x [batch, outer, extent, slice] at indices [batch, count].
 * Arguments: x, indices, y, batch, outer, extent, count, bytes of a slice (a multiple of 4).
 */
export function gatherRows(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const indices = <usize>load<u32>(args, 4)
  const y = <usize>load<u32>(args, 8)
  const batch = load<i32>(args, 12)
  const outer = load<i32>(args, 16)
  const extent = load<i32>(args, 20)
  const count = load<i32>(args, 24)
  const bytes = <usize>load<u32>(args, 28)
  const rows = batch * outer * count
  const end = chunkStart(rows, chunk + 1, 16)
  for (let row = chunkStart(rows, chunk, 16); row < end; row++) {
    const plane = row / count
    const place = (plane / outer) * count + (row - plane * count)
    const index = load<i32>(indices + ((<usize>place) << 2))
    const from = x + <usize>(plane * extent + index) * bytes
    const to = y + <usize>row * bytes
    if (bytes == 4) store<u32>(to, load<u32>(from))
    else copyBytes(to, from, bytes)
  }
}

/**
 * y [segments, inner] = sums of the rows of x [rows, inner] with the same segment; others are left out. A chunk makes
 * some of the segments, and adds in the order of the rows, in float64.
 * Arguments: x, segment of each row, y, rows, inner, segments, sums (as many float64 as y has elements).
 */
export function segmentSumF32(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const ids = <usize>load<u32>(args, 4)
  const y = <usize>load<u32>(args, 8)
  const rows = load<i32>(args, 12)
  const inner = <usize>load<u32>(args, 16)
  const segments = load<i32>(args, 20)
  const sums = <usize>load<u32>(args, 24)
  const first = chunkStart(segments, chunk, 1)
  const last = chunkStart(segments, chunk + 1, 1)
  const bytes = inner << 2
  fillBytes(sums + ((<usize>first * inner) << 3), 0, (<usize>(last - first) * inner) << 3)
  for (let row = 0; row < rows; row++) {
    const segment = load<i32>(ids + ((<usize>row) << 2))
    if (segment < first || segment >= last) continue
    const from = x + <usize>row * bytes
    const to = sums + ((<usize>segment * inner) << 3)
    let at: usize = 0
    for (; at + 8 <= bytes; at += 8) {
      const place = to + (at << 1)
      v128.store(place, f64x2.add(v128.load(place), f64x2.promote_low_f32x4(v128.load64_zero(from + at))))
    }
    if (at < bytes) store<f64>(to + (at << 1), load<f64>(to + (at << 1)) + <f64>load<f32>(from + at))
  }
  for (let i = <usize>first * inner; i < <usize>last * inner; i++) {
    store<f32>(y + (i << 2), <f32>load<f64>(sums + (i << 3)))
  }
}

/** Arguments: indices, y, rows, depth, bits of the value on, bits of the value off. */
export function oneHot32(args: usize, chunk: i32): void {
  const indices = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const depth = load<i32>(args, 12)
  const on = load<u32>(args, 16)
  const off = load<u32>(args, 20)
  const end = chunkStart(rows, chunk + 1, 16)
  for (let row = chunkStart(rows, chunk, 16); row < end; row++) {
    const to = y + ((<usize>row * <usize>depth) << 2)
    fillBytes(to, off, (<usize>depth) << 2)
    const index = load<i32>(indices + ((<usize>row) << 2))
    if (<u32>index < <u32>depth) store<u32>(to + ((<usize>index) << 2), on)
  }
}
