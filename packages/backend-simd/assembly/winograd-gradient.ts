// The filter's gradient by Winograd: the frequencies of an input tile times those of the 4×4 tile of output gradients,
// summed over all tiles, then turned into taps once. Stride 1: F(3×3, 4×4), 3 × 3 taps; stride 2: F(2×2, 4×4), 2 × 2 taps for
// each phase of the input (see winograd.ts). The tiles are cut into a number of parts that does not depend on the threads;
// each part has sums of its own, added in order, so the result does not depend on the threads either.
// Arguments: winograd-words.ts; JavaScript side: src/kernels/winograd.ts.
import { accumulate } from './panel-sums'
import { chunkCount, chunkStart, threadIndex } from './threads'
import { touchRows } from './touch'
import { GROUP, WIDE } from './wide'
import { firstSlot, phaseOf, scratch, slotCount, tilesPerImage, touchTiles, transformBlock } from './winograd'
import * as T from '../src/shared/winograd-taps-words'
import * as A from '../src/shared/winograd-words'
import { gradientTransform, insideBits } from './winograd-tiles'
import { gradientTransformWide } from './winograd-tiles-wide'
import { gradientScale, outputTransform3 } from './winograd-transforms'
import { gradientScale5, outputTransform2 } from './winograd-transforms-2'

// @ts-ignore: decorator
@inline
function frequenciesOf(args: usize): usize {
  const side = load<u32>(args, A.SIDE)
  return <usize>(side * side)
}

/**
 * First tile of a part. Each part is smaller than the one before: threads that began together then end together, though one
 * may be slower.
 */
// @ts-ignore: decorator
@inline
function partStart(tiles: i32, part: i32): i32 {
  const parts = <i64>chunkCount()
  const left = parts - part
  return tiles - <i32>((<i64>tiles * left * (left + parts)) / (2 * parts * parts))
}

/** The sums [parts][frequencies][inputs][outputs] of one part of the tiles; frequencies lie `PLANE_U` apart. */
export function winogradSums(args: usize, chunk: i32): void {
  const block = load<i32>(args, A.BLOCK)
  const frequencies = frequenciesOf(args)
  const strideS = load<usize>(args, A.PLANE_U)
  const sums = <usize>load<u32>(args, A.SUMS) + <usize>chunk * frequencies * strideS
  const strideV = load<usize>(args, A.PLANE_X)
  const strideW = load<usize>(args, A.PLANE_Y)
  const between = scratch(args)
  const v = between + A.BETWEEN
  const w = v + frequencies * strideV
  const total = load<i32>(args, A.TILES)
  const start = partStart(total, chunk)
  const end = partStart(total, chunk + 1)
  const next = <usize>block * GROUP
  for (let first = start; first < end; first += block) {
    const tiles = min(block, end - first)
    transformBlock(args, first, tiles, v, strideV, GROUP, next, between)
    transformGradients(args, first, tiles, w, strideW, next, between)
    for (let f: usize = 0; f < frequencies; f++) {
      sumFrequency(args, f, tiles, v + f * strideV, w + f * strideW, next, sums + f * strideS, first == start)
    }
  }
}

/**
 * Few tiles and many channels: the sums of a part would be larger than what they add up, so all tiles are transformed
 * first (a chunk transforms some of them), into V [frequencies][inputs/4][tiles][4] and W [frequencies][outputs/4][tiles][4] (256 bits: eights),
 * and `winogradProducts` then computes the sums of one frequency after the other.
 */
export function winogradTransforms(args: usize, chunk: i32): void {
  const total = load<i32>(args, A.TILES)
  const next = <usize>total * GROUP
  const between = scratch(args)
  const first = chunkStart(total, chunk, 4)
  const tiles = chunkStart(total, chunk + 1, 4) - first
  const v = <usize>load<u32>(args, A.ALL_X) + <usize>first * GROUP
  const w = <usize>load<u32>(args, A.ALL_Y) + <usize>first * GROUP
  transformBlock(args, first, tiles, v, load<usize>(args, A.PLANE_X), GROUP, next, between)
  transformGradients(args, first, tiles, w, load<usize>(args, A.PLANE_Y), next, between)
}

/** The sums of frequency `chunk`; see {@link winogradTransforms}. */
export function winogradProducts(args: usize, chunk: i32): void {
  const total = load<i32>(args, A.TILES)
  const next = <usize>total * GROUP
  const sums = <usize>load<u32>(args, A.SUMS) + <usize>chunk * load<usize>(args, A.PLANE_U)
  const v = <usize>load<u32>(args, A.ALL_X) + <usize>chunk * load<usize>(args, A.PLANE_X)
  const w = <usize>load<u32>(args, A.ALL_Y) + <usize>chunk * load<usize>(args, A.PLANE_Y)
  sumFrequency(args, chunk, total, v, w, next, sums, true)
}

/** Adds the products of `tiles` tiles to the sums of frequency f, or begins them. */
// @ts-ignore: decorator
@inline
function sumFrequency(args: usize, f: usize, tiles: i32, v: usize, w: usize, next: usize, s: usize, fresh: bool): void {
  const channels = load<i32>(args, A.CHANNELS)
  const outputs = load<i32>(args, A.Y_CHANNELS)
  const first = <usize>(firstSlot(args, f) * channels)
  const inputs = slotCount(args, f) * channels
  const a = v + ((first << 2) / GROUP) * next
  const to = s + ((first * <usize>outputs) << 2)
  accumulate(tiles, inputs, outputs, a, GROUP, next, w, GROUP, next, to, fresh)
}

/** W = G g Gᵀ of a block of 4×4 tiles of dy. */
function transformGradients(
  args: usize,
  first: i32,
  tiles: i32,
  w: usize,
  stride: usize,
  next: usize,
  between: usize,
): void {
  const dy = <usize>load<u32>(args, A.DY)
  const height = load<i32>(args, A.OUT_HEIGHT)
  const width = load<i32>(args, A.OUT_WIDTH)
  const channels = load<i32>(args, A.Y_CHANNELS)
  const side = load<u32>(args, A.SIDE)
  const across = (width + 3) >> 2
  const perImage = tilesPerImage(args)
  touchTiles(args, first, tiles, dy, height * width * channels)
  for (let t = 0; t < tiles; t++) {
    const image = (first + t) / perImage
    const place = first + t - image * perImage
    const top = (place / across) << 2
    const left = (place % across) << 2
    const corner = dy + ((<usize>(((image * height + top) * width + left) * channels)) << 2)
    const rows = insideBits(top, height, 4, 1)
    const columns = insideBits(left, width, 4, 1)
    const into = w + <usize>t * GROUP
    const row = (<usize>(width * channels)) << 2
    if (WIDE) gradientTransformWide(side, corner, row, channels, rows, columns, into, stride, next, between)
    else gradientTransform(side, corner, row, channels, rows, columns, into, stride, next, between)
  }
}

/**
 * Adds the parts and makes taps of them. Arguments: winograd-taps-words.ts; dw is [3][3][inputs][outputs].
 */
export function winogradTaps(args: usize, chunk: i32): void {
  const inputs = load<i32>(args, T.INPUTS)
  const outputs = load<i32>(args, T.OUTPUTS)
  const dw = <usize>load<u32>(args, T.DW)
  const total = <usize>load<u32>(args, T.SCRATCH) + <usize>threadIndex() * <usize>load<u32>(args, T.SCRATCH_STRIDE)
  const between = total + 576
  const plane = (<usize>(inputs * outputs)) << 2
  const stride = load<usize>(args, T.PLANE)
  const start = (<usize>chunkStart(inputs * outputs, chunk, 4)) << 2
  const end = (<usize>chunkStart(inputs * outputs, chunk + 1, 4)) << 2
  touchRows(<usize>load<u32>(args, T.SUMS) + start, load<i32>(args, T.PARTS) * 36, stride, end - start)
  for (let at = start; at < end; at += 16) {
    addParts(args, 6, 6, 6, stride, at, total)
    for (let j: usize = 0; j < 6; j++) outputTransform3(total + (j << 4), 96, between + (j << 4), 96)
    for (let i: usize = 0; i < 3; i++) outputTransform3(between + i * 96, 16, dw + i * 3 * plane + at, plane)
  }
}

/** The same with phases: arguments as of {@link winogradTaps}, dw [size][size][inputs/4][outputs]. */
export function winogradTapsPhases(args: usize, chunk: i32): void {
  const inputs = load<i32>(args, T.INPUTS)
  const outputs = load<i32>(args, T.OUTPUTS)
  const total = <usize>load<u32>(args, T.SCRATCH) + <usize>threadIndex() * <usize>load<u32>(args, T.SCRATCH_STRIDE)
  const between = total + 400
  const taps = between + 160
  const plane = (<usize>(inputs * outputs)) << 2
  const phasePlane = plane >> 2
  const size = load<i32>(args, T.SIZE)
  const stride = load<usize>(args, T.PLANE)
  const start = (<usize>chunkStart(inputs * outputs, chunk, 4)) << 2
  const end = (<usize>chunkStart(inputs * outputs, chunk + 1, 4)) << 2
  touchRows(<usize>load<u32>(args, T.SUMS) + start, load<i32>(args, T.PARTS) * 25, stride, end - start)
  for (let at = start; at < end; at += 16) {
    const slot = <i32>(at / phasePlane)
    const phase = phaseOf(slot, 2)
    // An odd row or column of 3 taps has one, to which the fifth frequency gives nothing.
    const rows: usize = size == 3 && phase > 1 ? 4 : 5
    const columns: usize = size == 3 && (phase & 1) == 1 ? 4 : 5
    addParts(args, 5, rows, columns, stride, at, total)
    for (let j: usize = 0; j < 5; j++) outputTransform2(total + (j << 4), 80, between + (j << 4), 80)
    for (let i: usize = 0; i < 2; i++) outputTransform2(between + i * 80, 16, taps + (i << 5), 16)
    for (let i = 0; i < 4; i++) {
      const ty = (i >> 1) * 2 + (phase >> 1)
      const tx = (i & 1) * 2 + (phase & 1)
      if (max(ty, tx) >= size) continue
      const to = <usize>load<u32>(args, T.DW) + <usize>(ty * size + tx) * phasePlane + (at - <usize>slot * phasePlane)
      v128.store(to, v128.load(taps + ((<usize>i) << 4)))
    }
  }
}

/** Sums of all parts for four numbers of every frequency in the first `rows` and `columns`, scaled. */
// @ts-ignore: decorator
@inline
function addParts(args: usize, side: usize, rows: usize, columns: usize, stride: usize, at: usize, total: usize): void {
  const sums = <usize>load<u32>(args, T.SUMS)
  const parts = <usize>load<u32>(args, T.PARTS)
  const frequencies = side * side
  for (let f: usize = 0; f < frequencies; f++) {
    if (f / side >= rows || f % side >= columns) continue
    let p = sums + f * stride + at
    let sum = v128.load(p)
    for (let part: usize = 1; part < parts; part++) {
      p += frequencies * stride
      sum = f32x4.add(sum, v128.load(p))
    }
    const scale: f32 =
      side == 6
        ? gradientScale(f / side) * gradientScale(f % side)
        : gradientScale5(f / side) * gradientScale5(f % side)
    v128.store(total + (f << 4), f32x4.mul(sum, f32x4.splat(scale)))
  }
}
