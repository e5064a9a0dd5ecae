// The filter's gradient of a 3×3 convolution with stride 1, by Winograd's F(3×3, 4×4): the 36 frequencies of a 6×6 input
// tile times those of the 4×4 tile of output gradients, summed over all tiles, then turned into 3×3 taps once.
// The tiles are cut into a number of parts that does not depend on the threads; each part has sums of its own, added in
// order, so the result does not depend on the threads either. JavaScript side: src/kernels/winograd.ts.
import { accumulate } from './panels'
import { chunkStart, threadIndex } from './threads'
import { transformBlock } from './winograd'
import { BETWEEN, gradientTransform, insideBits, planeStride } from './winograd-tiles'
import { gradientScale, outputTransform3 } from './winograd-transforms'

/**
 * The sums of one part of the tiles. Arguments: those of `transformBlock`, then scratch and its stride per thread, tiles
 * in all, tiles in a block, dy, its channels, and the sums [parts][36][inputs][outputs].
 */
export function winogradSums(args: usize, chunk: i32): void {
  const inputs = load<i32>(args, 12)
  const height = load<i32>(args, 16)
  const width = load<i32>(args, 20)
  const block = load<i32>(args, 44)
  const dy = <usize>load<u32>(args, 48)
  const outputs = load<i32>(args, 52)
  const plane = <usize>(inputs * outputs) << 2
  const sums = <usize>load<u32>(args, 56) + <usize>chunk * 36 * plane
  const strideV = planeStride(block, inputs)
  const strideW = planeStride(block, outputs)
  const between = <usize>load<u32>(args, 32) + <usize>threadIndex() * <usize>load<u32>(args, 36)
  const v = between + BETWEEN
  const w = v + 36 * strideV
  const total = load<i32>(args, 40)
  const end = chunkStart(total, chunk + 1, 1)
  const next = <usize>block << 4
  memory.fill(sums, 0, 36 * plane)
  for (let first = chunkStart(total, chunk, 1); first < end; first += block) {
    const tiles = min(block, end - first)
    transformBlock(args, first, tiles, v, strideV, 16, next, between)
    transformGradients(dy, height, width, outputs, first, tiles, w, strideW, next, between)
    for (let f: usize = 0; f < 36; f++) {
      accumulate(tiles, inputs, outputs, v + f * strideV, 16, next, w + f * strideW, 16, next, sums + f * plane)
    }
  }
}

/**
 * Few tiles and many channels: the sums of a part would be larger than what they add up, so all tiles are transformed
 * first (a chunk transforms some of them), into V [36][inputs/4][tiles][4] and W [36][outputs/4][tiles][4], and
 * `winogradProducts` then computes the sums of one frequency after the other. Arguments: those of `transformBlock`, then
 * scratch and its stride per thread, tiles in all, unused, dy, its channels, the sums [36][inputs][outputs], V and W.
 */
export function winogradTransforms(args: usize, chunk: i32): void {
  const inputs = load<i32>(args, 12)
  const outputs = load<i32>(args, 52)
  const total = load<i32>(args, 40)
  const next = <usize>total << 4
  const between = <usize>load<u32>(args, 32) + <usize>threadIndex() * <usize>load<u32>(args, 36)
  const first = chunkStart(total, chunk, 4)
  const tiles = chunkStart(total, chunk + 1, 4) - first
  const v = <usize>load<u32>(args, 60) + (<usize>first << 4)
  const w = <usize>load<u32>(args, 64) + (<usize>first << 4)
  transformBlock(args, first, tiles, v, planeStride(total, inputs), 16, next, between)
  const dy = <usize>load<u32>(args, 48)
  const height = load<i32>(args, 16)
  const width = load<i32>(args, 20)
  transformGradients(dy, height, width, outputs, first, tiles, w, planeStride(total, outputs), next, between)
}

/** The sums of frequency `chunk`; see {@link winogradTransforms}. */
export function winogradProducts(args: usize, chunk: i32): void {
  const inputs = load<i32>(args, 12)
  const outputs = load<i32>(args, 52)
  const total = load<i32>(args, 40)
  const next = <usize>total << 4
  const plane = <usize>(inputs * outputs) << 2
  const sums = <usize>load<u32>(args, 56) + <usize>chunk * plane
  const v = <usize>load<u32>(args, 60) + <usize>chunk * planeStride(total, inputs)
  const w = <usize>load<u32>(args, 64) + <usize>chunk * planeStride(total, outputs)
  memory.fill(sums, 0, plane)
  accumulate(total, inputs, outputs, v, 16, next, w, 16, next, sums)
}

/** W = G g Gᵀ of a block of 4×4 tiles of dy. */
function transformGradients(
  dy: usize, height: i32, width: i32, channels: i32, first: i32, tiles: i32, w: usize, stride: usize, next: usize,
  between: usize,
): void {
  const across = (width + 3) >> 2
  const perImage = ((height + 3) >> 2) * across
  for (let t = 0; t < tiles; t++) {
    const image = (first + t) / perImage
    const place = first + t - image * perImage
    const top = (place / across) << 2
    const left = (place % across) << 2
    const base = dy + (<usize>(image * height * width * channels) << 2)
    const into = w + (<usize>t << 4)
    const corner = base + (<usize>((top * width + left) * channels) << 2)
    const rows = insideBits(top, height, 4)
    const columns = insideBits(left, width, 4)
    gradientTransform(corner, <usize>(width * channels) << 2, channels, rows, columns, into, stride, next, between)
  }
}

/**
 * Adds the parts and makes taps of them. Arguments: sums, parts, inputs, outputs, dw [3][3][inputs][outputs], scratch and
 * its stride per thread.
 */
export function winogradTaps(args: usize, chunk: i32): void {
  const sums = <usize>load<u32>(args)
  const parts = <usize>load<u32>(args, 4)
  const inputs = load<i32>(args, 8)
  const outputs = load<i32>(args, 12)
  const dw = <usize>load<u32>(args, 16)
  const total = <usize>load<u32>(args, 20) + <usize>threadIndex() * <usize>load<u32>(args, 24)
  const between = total + 576
  const plane = <usize>(inputs * outputs) << 2
  const end = <usize>chunkStart(inputs * outputs, chunk + 1, 4) << 2
  for (let at = <usize>chunkStart(inputs * outputs, chunk, 4) << 2; at < end; at += 16) {
    for (let f: usize = 0; f < 36; f++) {
      let p = sums + f * plane + at
      let sum = v128.load(p)
      for (let part: usize = 1; part < parts; part++) {
        p += 36 * plane
        sum = f32x4.add(sum, v128.load(p))
      }
      const scale = gradientScale(f / 6) * gradientScale(f % 6)
      v128.store(total + (f << 4), f32x4.mul(sum, f32x4.splat(scale)))
    }
    for (let j: usize = 0; j < 6; j++) outputTransform3(total + (j << 4), 96, between + (j << 4), 96)
    for (let i: usize = 0; i < 3; i++) outputTransform3(between + i * 96, 16, dw + i * 3 * plane + at, plane)
  }
}
