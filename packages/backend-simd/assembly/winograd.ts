// Convolutions by Winograd's minimal filtering. Stride 1, 3 × 3: F(4×4, 3×3), 36 multiplications for 16 outputs instead of
// 144. Stride 2, 4 × 4: F(4×4, 2×2) on the four phases of the image, 100 instead of 256; 3 × 3: 81 instead of 144. All is NHWC;
// channels in and out are multiples of 8. Arguments: winograd-words.ts; JavaScript side: src/kernels/winograd.ts.
//
// A block of tiles goes through three stages that stay in the cache: V = Bᵀ d B of each input tile d, for each frequency
// a small product M = V·U with the transformed filter U, and Aᵀ M A, the 4×4 output tile.
// Layouts: U [frequencies][panels][inputs][12 or 8] (panels.ts), V [frequencies][tiles][inputs], M [frequencies][tiles]
// [outputs]; the inputs are the channels of all phases.
import { multiplyWide } from './panels'
import { threadIndex } from './threads'
import { touch } from './touch'
import { GROUP, WIDE } from './wide'
import * as A from '../src/shared/winograd-words'
import { inputTransform, insideBits, outputTransform } from './winograd-tiles'
import { inputTransformWide, outputTransformWide } from './winograd-tiles-wide'

/** Room of this thread, from the bytes between passes on. */
// @ts-ignore: decorator
@inline
export function scratch(args: usize): usize {
  return <usize>load<u32>(args, A.SCRATCH) + <usize>threadIndex() * <usize>load<u32>(args, A.SCRATCH_STRIDE)
}

/** Channels of V: those of all phases. */
// @ts-ignore: decorator
@inline
export function depthOf(args: usize): i32 {
  const step = load<i32>(args, A.STEP)
  return load<i32>(args, A.CHANNELS) * step * step
}

/**
 * The phase that stands at place `slot` of V: (even, odd), (even, even), (odd, even), (odd, odd) rows and columns. In this order
 * those of even rows are neighbors, and those of even columns too.
 */
// @ts-ignore: decorator
@inline
export function phaseOf(slot: i32, step: i32): i32 {
  return step == 2 && slot < 2 ? 1 - slot : slot
}

/**
 * The first slot that frequency f sums over. Of 3 × 3 taps an odd row or column has one, a filter of 2 whose second is zero,
 * and so is its frequency at infinity, the fifth: only even rows or columns have something there.
 */
// @ts-ignore: decorator
@inline
export function firstSlot(args: usize, f: usize): i32 {
  return load<i32>(args, A.ODD_TAPS) == 1 && f % 5 == 4 ? 1 : 0
}

/** How many slots frequency f sums over; see {@link firstSlot}. */
// @ts-ignore: decorator
@inline
export function slotCount(args: usize, f: usize): i32 {
  const step = load<i32>(args, A.STEP)
  const all = step * step
  if (load<i32>(args, A.ODD_TAPS) != 1) return all
  return (all >> (f / 5 == 4 ? 1 : 0)) >> (f % 5 == 4 ? 1 : 0)
}

/** Tiles of an image. */
// @ts-ignore: decorator
@inline
export function tilesPerImage(args: usize): i32 {
  return ((load<i32>(args, A.OUT_HEIGHT) + 3) >> 2) * ((load<i32>(args, A.OUT_WIDTH) + 3) >> 2)
}

/** Brings the part of images of `size` numbers where tiles `first` to `first + tiles` lie, from `images` on, into the cache. */
export function touchTiles(args: usize, first: i32, tiles: i32, images: usize, size: i32): void {
  const bytes = (<u64>size) << 2
  const perImage = <u64>tilesPerImage(args)
  touch(images + <usize>((bytes * first) / perImage), images + <usize>((bytes * (first + tiles)) / perImage))
}

/** V of tiles `first` to `first + tiles`. Tiles lie `pitch` bytes apart, their groups of channels `next`. */
export function transformBlock(
  args: usize,
  first: i32,
  tiles: i32,
  v: usize,
  stride: usize,
  pitch: usize,
  next: usize,
  between: usize,
): void {
  const x = <usize>load<u32>(args, A.X)
  const height = load<i32>(args, A.HEIGHT)
  const width = load<i32>(args, A.WIDTH)
  const channels = load<i32>(args, A.CHANNELS)
  const step = load<i32>(args, A.STEP)
  const side = load<i32>(args, A.SIDE)
  const oddTaps = load<i32>(args, A.ODD_TAPS)
  const across = (load<i32>(args, A.OUT_WIDTH) + 3) >> 2
  const perImage = tilesPerImage(args)
  const pixel = (<usize>(step * channels)) << 2
  const row = <usize>width * pixel
  touchTiles(args, first, tiles, x, height * width * channels)
  for (let t = 0; t < tiles; t++) {
    const image = (first + t) / perImage
    const place = first + t - image * perImage
    const base = x + ((<usize>(image * height * width * channels)) << 2)
    let into = v + <usize>t * pitch
    for (let slot = 0; slot < step * step; slot++, into += (((<usize>channels) << 2) / GROUP) * next) {
      const phase = phaseOf(slot, step)
      const top = ((place / across) << 2) * step - load<i32>(args, A.PAD_TOP) + phase / step
      const left = ((place % across) << 2) * step - load<i32>(args, A.PAD_LEFT) + (phase % step)
      const corner = base + ((<usize>((top * width + left) * channels)) << 2)
      const rows = insideBits(top, height, side, step)
      const columns = insideBits(left, width, side, step)
      const tall = side - (oddTaps == 1 ? phase >> 1 : 0)
      const broad = side - (oddTaps == 1 ? phase & 1 : 0)
      if (WIDE)
        inputTransformWide(side, corner, row, pixel, channels, rows, columns, tall, broad, into, stride, next, between)
      else inputTransform(side, corner, row, pixel, channels, rows, columns, tall, broad, into, stride, next, between)
    }
  }
}

/** One block of tiles. */
export function winogradForward(args: usize, chunk: i32): void {
  const inputs = depthOf(args)
  const channels = load<i32>(args, A.CHANNELS)
  const outputs = load<i32>(args, A.Y_CHANNELS)
  const block = load<i32>(args, A.BLOCK)
  const side = load<i32>(args, A.SIDE)
  const first = chunk * block
  const tiles = min(block, load<i32>(args, A.TILES) - first)
  const strideV = load<usize>(args, A.PLANE_X)
  const strideM = load<usize>(args, A.PLANE_Y)
  const between = scratch(args)
  const v = between + A.BETWEEN
  const frequencies = <usize>(side * side)
  const m = v + frequencies * strideV

  transformBlock(args, first, tiles, v, strideV, (<usize>inputs) << 2, GROUP, between)
  const strideU = load<usize>(args, A.PLANE_U)
  let u = <usize>load<u32>(args, A.U)
  for (let f: usize = 0; f < frequencies; f++, u += strideU) {
    const place = firstSlot(args, f) * channels
    const depth = slotCount(args, f) * channels
    multiplyWide(tiles, place, depth, inputs, outputs, v + f * strideV, u, m + f * strideM)
  }
  // With phases, three quarters of it are not written this time.
  if (load<i32>(args, A.OUT_STEP) == 1) {
    const size = load<i32>(args, A.Y_HEIGHT) * load<i32>(args, A.Y_WIDTH) * outputs
    touchTiles(args, first, tiles, load<u32>(args, A.Y), size)
  }
  for (let t = 0; t < tiles; t++) putTile(args, first + t, m + ((<usize>(t * outputs)) << 2), strideM, between)
}

/** Writes the outputs of one tile. */
function putTile(args: usize, tile: i32, m: usize, stride: usize, between: usize): void {
  const channels = load<i32>(args, A.Y_CHANNELS)
  const step = load<i32>(args, A.OUT_STEP)
  const height = load<i32>(args, A.Y_HEIGHT)
  const width = load<i32>(args, A.Y_WIDTH)
  const across = (load<i32>(args, A.OUT_WIDTH) + 3) >> 2
  const perImage = tilesPerImage(args)
  const image = tile / perImage
  const place = tile - image * perImage
  const pixel = (<usize>(step * channels)) << 2
  const top = ((place / across) << 2) * step + load<i32>(args, A.Y_TOP)
  const left = ((place % across) << 2) * step + load<i32>(args, A.Y_LEFT)
  const to = <usize>load<u32>(args, A.Y) + ((<usize>(((image * height + top) * width + left) * channels)) << 2)
  const rows = insideBits(top, height, 4, step)
  const columns = insideBits(left, width, 4, step)
  const side = load<u32>(args, A.SIDE)
  const bias = load<usize>(args, A.BIAS)
  const row = <usize>width * pixel
  if (WIDE) outputTransformWide(side, m, stride, bias, to, row, pixel, channels, rows, columns, between)
  else outputTransform(side, m, stride, bias, to, row, pixel, channels, rows, columns, between)
}
