// Separable weighted sums of pixels: resizing, average pooling, and the gradients of both, which are maps of the same
// kind. JavaScript side: src/kernels/resample.ts.
import { chunkStart } from './threads'

/** Bytes of an entry of a table: index of a pixel, weight. */
const ENTRY: usize = 8

/**
 * y[c] = Σ over rows r and columns s of the tables' entries: weight(r)·weight(s)·x[index(r), index(s), c].
 */
function pixel(
  x: usize,
  y: usize,
  row: usize,
  rowEnd: usize,
  column: usize,
  columnEnd: usize,
  line: usize,
  channels: i32,
): void {
  const width = (<usize>channels) << 2
  let at: usize = 0
  for (; at + 128 <= width; at += 128) {
    let a = f32x4.splat(0)
    let b = a
    let c = a
    let d = a
    let e = a
    let f = a
    let g = a
    let h = a
    for (let r = row; r < rowEnd; r += ENTRY) {
      const above = x + <usize>load<u32>(r) * line + at
      const weight = load<f32>(r, 4)
      for (let s = column; s < columnEnd; s += ENTRY) {
        const from = above + <usize>load<u32>(s) * width
        const w = f32x4.splat(weight * load<f32>(s, 4))
        a = f32x4.add(a, f32x4.mul(w, v128.load(from)))
        b = f32x4.add(b, f32x4.mul(w, v128.load(from, 16)))
        c = f32x4.add(c, f32x4.mul(w, v128.load(from, 32)))
        d = f32x4.add(d, f32x4.mul(w, v128.load(from, 48)))
        e = f32x4.add(e, f32x4.mul(w, v128.load(from, 64)))
        f = f32x4.add(f, f32x4.mul(w, v128.load(from, 80)))
        g = f32x4.add(g, f32x4.mul(w, v128.load(from, 96)))
        h = f32x4.add(h, f32x4.mul(w, v128.load(from, 112)))
      }
    }
    v128.store(y + at, a)
    v128.store(y + at, b, 16)
    v128.store(y + at, c, 32)
    v128.store(y + at, d, 48)
    v128.store(y + at, e, 64)
    v128.store(y + at, f, 80)
    v128.store(y + at, g, 96)
    v128.store(y + at, h, 112)
  }
  for (; at + 16 <= width; at += 16) {
    let a = f32x4.splat(0)
    for (let r = row; r < rowEnd; r += ENTRY) {
      const above = x + <usize>load<u32>(r) * line + at
      const weight = load<f32>(r, 4)
      for (let s = column; s < columnEnd; s += ENTRY) {
        const w = f32x4.splat(weight * load<f32>(s, 4))
        a = f32x4.add(a, f32x4.mul(w, v128.load(above + <usize>load<u32>(s) * width)))
      }
    }
    v128.store(y + at, a)
  }
  for (; at < width; at += 4) {
    let a: f32 = 0
    for (let r = row; r < rowEnd; r += ENTRY) {
      const above = x + <usize>load<u32>(r) * line + at
      const weight = load<f32>(r, 4)
      for (let s = column; s < columnEnd; s += ENTRY) {
        a += weight * load<f32>(s, 4) * load<f32>(above + <usize>load<u32>(s) * width)
      }
    }
    store<f32>(y + at, a)
  }
}

/**
 * Arguments: x [batch, height, width, channels], y [batch, rows, columns, channels], batch, height, width, channels,
 * rows, columns, table of the rows, table of the columns. A table has, for each row of y, where its entries begin (one
 * number more than rows), then the entries: index in x, weight.
 */
export function resample(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const batch = load<i32>(args, 8)
  const height = load<i32>(args, 12)
  const width = load<i32>(args, 16)
  const channels = load<i32>(args, 20)
  const rows = load<i32>(args, 24)
  const columns = load<i32>(args, 28)
  const rowTable = <usize>load<u32>(args, 32)
  const columnTable = <usize>load<u32>(args, 36)
  const rowEntries = rowTable + ((<usize>(rows + 1)) << 2)
  const columnEntries = columnTable + ((<usize>(columns + 1)) << 2)
  const line = (<usize>width * <usize>channels) << 2
  const end = chunkStart(batch * rows, chunk + 1, 1)
  for (let task = chunkStart(batch * rows, chunk, 1); task < end; task++) {
    const image = task / rows
    const row = rowTable + ((<usize>(task - image * rows)) << 2)
    const first = rowEntries + <usize>load<u32>(row) * ENTRY
    const last = rowEntries + <usize>load<u32>(row, 4) * ENTRY
    const from = x + <usize>(image * height) * line
    let to = y + ((<usize>task * <usize>columns * <usize>channels) << 2)
    for (let column = 0; column < columns; column++, to += (<usize>channels) << 2) {
      const starts = columnTable + ((<usize>column) << 2)
      const left = columnEntries + <usize>load<u32>(starts) * ENTRY
      const right = columnEntries + <usize>load<u32>(starts, 4) * ENTRY
      pixel(from, to, first, last, left, right, line, channels)
    }
  }
}
