// Max pooling of images and its gradient. JavaScript side: src/kernels/max-pool.ts.
// As in tfjs-backend-cpu a window's maximum is the first of equals, and NaN is never larger than anything.
import { fillBytes } from './bytes'
import { chunkStart } from './threads'

// Arguments of both, from `batch` on: batch, height, width, channels, rows, columns, window height and width, strides
// down and across, padding above and to the left, and (gradient) 1 where windows do not overlap.

// @ts-ignore: decorator
@inline
function better(best: v128, x: v128): v128 {
  // pmax(a, b) is a < b ? b : a.
  return f32x4.pmax(best, x)
}

/** The maximum of a window of pixels `width` bytes apart in lines `line` bytes apart. */
// @ts-ignore: decorator
@inline
function windowMaximum(x: usize, y: usize, rows: i32, columns: i32, line: usize, width: usize): void {
  let at: usize = 0
  for (; at + 64 <= width; at += 64) {
    let a = f32x4.splat(-Infinity)
    let b = a
    let c = a
    let d = a
    for (let r = 0; r < rows; r++) {
      let from = x + at + <usize>r * line
      for (let s = 0; s < columns; s++, from += width) {
        a = better(a, v128.load(from))
        b = better(b, v128.load(from, 16))
        c = better(c, v128.load(from, 32))
        d = better(d, v128.load(from, 48))
      }
    }
    v128.store(y + at, a)
    v128.store(y + at, b, 16)
    v128.store(y + at, c, 32)
    v128.store(y + at, d, 48)
  }
  for (; at + 16 <= width; at += 16) {
    let a = f32x4.splat(-Infinity)
    for (let r = 0; r < rows; r++) {
      let from = x + at + <usize>r * line
      for (let s = 0; s < columns; s++, from += width) a = better(a, v128.load(from))
    }
    v128.store(y + at, a)
  }
  for (; at < width; at += 4) {
    let a = f32x4.splat(-Infinity)
    for (let r = 0; r < rows; r++) {
      let from = x + at + <usize>r * line
      for (let s = 0; s < columns; s++, from += width) a = better(a, v128.load32_splat(from))
    }
    v128.store_lane<f32>(y + at, a, 0)
  }
}

/** Arguments: x, y, then as above. */
export function maxPool(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const batch = load<i32>(args, 8)
  const height = load<i32>(args, 12)
  const width = load<i32>(args, 16)
  const pixel = (<usize>load<u32>(args, 20)) << 2
  const rows = load<i32>(args, 24)
  const columns = load<i32>(args, 28)
  const line = <usize>width * pixel
  const end = chunkStart(batch * rows, chunk + 1, 1)
  for (let task = chunkStart(batch * rows, chunk, 1); task < end; task++) {
    const image = task / rows
    const top = (task - image * rows) * load<i32>(args, 40) - load<i32>(args, 48)
    const first = max(0, top)
    const down = min(height, top + load<i32>(args, 32)) - first
    const from = x + <usize>(image * height + first) * line
    let to = y + <usize>task * <usize>columns * pixel
    for (let column = 0; column < columns; column++, to += pixel) {
      const left = column * load<i32>(args, 44) - load<i32>(args, 52)
      const start = max(0, left)
      const across = min(width, left + load<i32>(args, 36)) - start
      windowMaximum(from + <usize>start * pixel, to, down, across, line, pixel)
    }
  }
}

/** Adds dy to the gradient of each channel's maximum in a window. */
// @ts-ignore: decorator
@inline
function routeGradient(x: usize, dx: usize, dy: usize, rows: i32, columns: i32, line: usize, width: usize): void {
  let at: usize = 0
  while (at < width) {
    const four = at + 16 <= width
    let best = f32x4.splat(-Infinity)
    let winner = i32x4.splat(-1)
    let tap = 0
    for (let r = 0; r < rows; r++) {
      let from = x + at + <usize>r * line
      for (let s = 0; s < columns; s++, from += width, tap++) {
        const value = four ? v128.load(from) : v128.load32_splat(from)
        const larger = f32x4.gt(value, best)
        best = v128.bitselect(value, best, larger)
        winner = v128.bitselect(i32x4.splat(tap), winner, larger)
      }
    }
    const gradient = four ? v128.load(dy + at) : v128.load32_splat(dy + at)
    tap = 0
    for (let r = 0; r < rows; r++) {
      let to = dx + at + <usize>r * line
      for (let s = 0; s < columns; s++, to += width, tap++) {
        const share = v128.and(gradient, i32x4.eq(winner, i32x4.splat(tap)))
        if (four) v128.store(to, f32x4.add(v128.load(to), share))
        else v128.store_lane<f32>(to, f32x4.add(v128.load32_splat(to), share), 0)
      }
    }
    at += four ? 16 : 4
  }
}

/** Arguments: dy, x, dx, then as above. A task is a row of windows where they do not overlap, else an image. */
export function maxPoolGrad(args: usize, chunk: i32): void {
  const dy = <usize>load<u32>(args)
  const x = <usize>load<u32>(args, 4)
  const dx = <usize>load<u32>(args, 8)
  const batch = load<i32>(args, 12)
  const height = load<i32>(args, 16)
  const width = load<i32>(args, 20)
  const pixel = (<usize>load<u32>(args, 24)) << 2
  const rows = load<i32>(args, 28)
  const columns = load<i32>(args, 32)
  const windowHeight = load<i32>(args, 36)
  const windowWidth = load<i32>(args, 40)
  const strideDown = load<i32>(args, 44)
  const strideAcross = load<i32>(args, 48)
  const padTop = load<i32>(args, 52)
  const padLeft = load<i32>(args, 56)
  const perRow = load<i32>(args, 60) != 0
  const line = <usize>width * pixel
  const tasks = perRow ? batch * rows : batch
  const end = chunkStart(tasks, chunk + 1, 1)
  for (let task = chunkStart(tasks, chunk, 1); task < end; task++) {
    const image = perRow ? task / rows : task
    const firstRow = perRow ? task - image * rows : 0
    const endRow = perRow ? firstRow + 1 : rows
    // The lines of dx that belong to this task.
    const top = firstRow == 0 ? 0 : firstRow * strideDown - padTop
    const bottom = endRow == rows ? height : min(height, endRow * strideDown - padTop)
    const plane = <usize>(image * height) * line
    if (bottom > top) fillBytes(dx + plane + <usize>top * line, 0, <usize>(bottom - top) * line)
    for (let row = firstRow; row < endRow; row++) {
      const above = row * strideDown - padTop
      const first = max(0, above)
      const down = min(height, above + windowHeight) - first
      let from = dy + <usize>(image * rows + row) * <usize>columns * pixel
      for (let column = 0; column < columns; column++, from += pixel) {
        const left = column * strideAcross - padLeft
        const start = max(0, left)
        const across = min(width, left + windowWidth) - start
        const place = plane + <usize>first * line + <usize>start * pixel
        routeGradient(x + place, dx + place, from, down, across, line, pixel)
      }
    }
  }
}
