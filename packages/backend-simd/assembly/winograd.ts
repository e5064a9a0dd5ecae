// 3×3 convolutions with stride 1 by Winograd's F(4×4, 3×3): 36 multiplications for 16 outputs instead of 144.
// Everything is NHWC; channels in and out are multiples of 8. JavaScript side: src/kernels/winograd.ts.
//
// A block of tiles goes through three stages that stay in the cache: V = Bᵀ d B of each 6×6 input tile d, for each of the
// 36 frequencies a small product M = V·U with the transformed filter U, and Aᵀ M A, the 4×4 output tile.
// Layouts: U [36][outputs/8][inputs][8], V [36][tiles][inputs], M [36][tiles][outputs].
import { multiply } from './panels'
import { threadIndex } from './threads'
import { BETWEEN, inputTransform, insideBits, outputTransform, planeStride } from './winograd-tiles'
import { filterTransform3 } from './winograd-transforms'

/**
 * V of a block of tiles. The arguments begin as those of `winogradForward`: x, its height, width and channels, height and
 * width of y, padding above and on the left. Tiles lie `pitch` bytes apart, their groups of four channels `next`.
 */
export function transformBlock(
  args: usize, first: i32, tiles: i32, v: usize, stride: usize, pitch: usize, next: usize, between: usize,
): void {
  const x = <usize>load<u32>(args)
  const height = load<i32>(args, 4)
  const width = load<i32>(args, 8)
  const inputs = load<i32>(args, 12)
  const across = (load<i32>(args, 20) + 3) >> 2
  const perImage = ((load<i32>(args, 16) + 3) >> 2) * across
  const padTop = load<i32>(args, 24)
  const padLeft = load<i32>(args, 28)
  for (let t = 0; t < tiles; t++) {
    const image = (first + t) / perImage
    const place = first + t - image * perImage
    const top = ((place / across) << 2) - padTop
    const left = ((place % across) << 2) - padLeft
    const base = x + (<usize>(image * height * width * inputs) << 2)
    const into = v + <usize>t * pitch
    const corner = base + (<usize>((top * width + left) * inputs) << 2)
    const rows = insideBits(top, height, 6)
    const columns = insideBits(left, width, 6)
    inputTransform(corner, <usize>(width * inputs) << 2, inputs, rows, columns, into, stride, next, between)
  }
}

/**
 * One block of tiles. Arguments: those of `transformBlock`, then scratch and its stride per thread, tiles in all, tiles in
 * a block, u, bias (0: none), y, channels of y.
 */
export function winogradForward(args: usize, chunk: i32): void {
  const inputs = load<i32>(args, 12)
  const height = load<i32>(args, 16)
  const width = load<i32>(args, 20)
  const block = load<i32>(args, 44)
  const bias = <usize>load<u32>(args, 52)
  const y = <usize>load<u32>(args, 56)
  const outputs = load<i32>(args, 60)
  const first = chunk * block
  const tiles = min(block, load<i32>(args, 40) - first)
  const strideV = planeStride(block, inputs)
  const strideM = planeStride(block, outputs)
  const between = <usize>load<u32>(args, 32) + <usize>threadIndex() * <usize>load<u32>(args, 36)
  const v = between + BETWEEN
  const m = v + 36 * strideV

  transformBlock(args, first, tiles, v, strideV, <usize>inputs << 2, 16, between)
  const strideU = <usize>(inputs * outputs) << 2
  let u = <usize>load<u32>(args, 48)
  for (let f: usize = 0; f < 36; f++, u += strideU) multiply(tiles, inputs, outputs, v + f * strideV, u, m + f * strideM)

  const across = (width + 3) >> 2
  const perImage = ((height + 3) >> 2) * across
  for (let t = 0; t < tiles; t++) {
    const image = (first + t) / perImage
    const place = first + t - image * perImage
    const top = (place / across) << 2
    const left = (place % across) << 2
    const to = y + (<usize>(((image * height + top) * width + left) * outputs) << 2)
    const from = m + (<usize>(t * outputs) << 2)
    outputTransform(from, strideM, bias, to, width, outputs, min(4, height - top), min(4, width - left), between)
  }
}

/**
 * U = G g Gᵀ of the filters of 8 output channels. Arguments: filter [3][3][c][k], u, inputs, outputs, whether the filter
 * is turned by 180° with its channels in each other's place (for the input's gradient), scratch and its stride per thread.
 */
export function winogradFilter(args: usize, chunk: i32): void {
  const filter = <usize>load<u32>(args)
  const inputs = load<i32>(args, 8)
  const outputs = load<i32>(args, 12)
  const turned = load<i32>(args, 16) != 0
  const taps = <usize>load<u32>(args, 20) + <usize>threadIndex() * <usize>load<u32>(args, 24)
  const between = taps + 144
  const plane = <usize>(inputs * outputs) << 2
  for (let c = 0; c < inputs; c++) {
    for (let half = 0; half < 8; half += 4) {
      const k = chunk * 8 + half
      for (let i: usize = 0; i < 9; i++) {
        const tap = filter + i * plane
        if (turned) {
          const from = tap + (<usize>(k * inputs + c) << 2)
          store4(taps + ((8 - i) << 4), from, <usize>inputs << 2)
        } else v128.store(taps + (i << 4), v128.load(tap + (<usize>(c * outputs + k) << 2)))
      }
      const to = <usize>load<u32>(args, 4) + (<usize>((chunk * inputs + c) * 8 + half) << 2)
      for (let j: usize = 0; j < 3; j++) filterTransform3(taps + (j << 4), 48, between + (j << 4), 48)
      for (let i: usize = 0; i < 6; i++) filterTransform3(between + i * 48, 16, to + i * 6 * plane, plane)
    }
  }
}

/** Four floats from `from` at distance `stride`, side by side. */
// @ts-ignore: decorator
@inline
function store4(to: usize, from: usize, stride: usize): void {
  store<f32>(to, load<f32>(from))
  store<f32>(to, load<f32>(from + stride), 4)
  store<f32>(to, load<f32>(from + 2 * stride), 8)
  store<f32>(to, load<f32>(from + 3 * stride), 12)
}
