// Small rearrangements before a convolution with few channels, where the pixels of a filter's row are read as one run.
import { chunkStart } from './threads'

/**
 * Cuts a window out of images, zeros where it is outside: y [images, height, width, c] is what the images hold from
 * (top, left) on. Arguments: x, y, images, H, W, c, height, width, top, left.
 */
export function conv2dFrame(args: usize, chunk: i32): void {
  const x = load<usize>(args)
  const y = load<usize>(args, 4)
  const images = load<i32>(args, 8)
  const inHeight = load<i32>(args, 12)
  const inWidth = load<i32>(args, 16)
  const channels = load<i32>(args, 20)
  const height = load<i32>(args, 24)
  const width = load<i32>(args, 28)
  const top = load<i32>(args, 32)
  const left = load<i32>(args, 36)
  const low = max(0, -left)
  const high = max(low, min(width, inWidth - left))
  const end = chunkStart(images * height, chunk + 1, 1)
  for (let line = chunkStart(images * height, chunk, 1); line < end; line++) {
    const image = line / height
    const row = line - image * height + top
    const to = y + ((<usize>(line * width * channels)) << 2)
    if (<u32>row >= <u32>inHeight || high == low) {
      memory.fill(to, 0, (<usize>(width * channels)) << 2)
      continue
    }
    const from = x + ((<usize>(((image * inHeight + row) * inWidth + left + low) * channels)) << 2)
    memory.fill(to, 0, (<usize>(low * channels)) << 2)
    memory.copy(to + ((<usize>(low * channels)) << 2), from, (<usize>((high - low) * channels)) << 2)
    memory.fill(to + ((<usize>(high * channels)) << 2), 0, (<usize>((width - high) * channels)) << 2)
  }
}

/**
 * Some taps of a filter [h, w, c, o], turned and transposed: y [taps y, taps x, o, c], tap (ty, tx) being
 * (y0 + ty·sy, x0 + tx·sx). Arguments: filter, y, w, c, o, taps y, taps x, y0, x0, sy, sx.
 */
export function conv2dTurn(args: usize, _chunk: i32): void {
  const filter = load<usize>(args)
  let y = load<usize>(args, 4)
  const width = load<i32>(args, 8)
  const channels = load<i32>(args, 12)
  const outputs = load<i32>(args, 16)
  const tapsY = load<i32>(args, 20)
  const tapsX = load<i32>(args, 24)
  for (let ty = 0; ty < tapsY; ty++) {
    const fy = load<i32>(args, 28) + ty * load<i32>(args, 36)
    for (let tx = 0; tx < tapsX; tx++) {
      const fx = load<i32>(args, 32) + tx * load<i32>(args, 40)
      const from = filter + ((<usize>((fy * width + fx) * channels * outputs)) << 2)
      for (let o = 0; o < outputs; o++) {
        for (let c = 0; c < channels; c++, y += 4) {
          store<f32>(y, load<f32>(from + ((<usize>(c * outputs + o)) << 2)))
        }
      }
    }
  }
}
