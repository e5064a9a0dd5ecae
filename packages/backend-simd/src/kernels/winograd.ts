/**
 * Convolutions by Winograd's minimal filtering; code in `assembly/winograd*.ts`.
 *
 * Stride 1, 3×3: F(4×4, 3×3) takes a quarter of the multiplications. Stride 2, 4×4: the even and odd rows and columns of the
 * image are four images, in which the filter is one of 2×2; F(4×4, 2×2) takes 39 %. A filter of 3×3 is one of 4×4 with zeros;
 * without the products that are zero 56 %. The transforms amplify rounding: against float64 the error is below 2e-5 of the
 * largest magnitude that a sum of absolute products reaches, where the direct sum has about 1e-6.
 *
 * @see Fast algorithms for convolutional neural networks (Lavin & Gray, 2016) https://arxiv.org/abs/1509.09308
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import * as F from '../shared/winograd-filter-words.ts'
import * as T from '../shared/winograd-taps-words.ts'
import * as A from '../shared/winograd-words.ts'
import { withTemporary } from './temporary.ts'
import {
  backwardPass,
  depthOf,
  floatBytes,
  forwardPass,
  type Geometry,
  type Pass,
  passWords,
  planeStride,
  planesBytes,
  tilesOf,
} from './winograd-pass.ts'

/** Tiles in a block. Larger ones gain nothing. */
const largeBlock = 24
/** Where two threads would share few blocks unevenly, or a large one does not fit. */
const smallBlock = 12
const manyBlocks = 40
/** Room for the tiles of a block in both forms, about what the second-level cache holds. */
const blockBytes = 640 * 1024
/** A transformed filter of so many bytes takes longer to read, for each block, than a small block's products: 12 ms against 8.4. */
const largeFilter = 8 * 1024 * 1024
/** Then half of the tiles, for two threads, at most so many. */
const largestBlock = 48
/** Tiles in a block of the filter's gradient: each block adds to all the sums, which are larger than the caches. */
const gradientBlock = 48
/** Below, all tiles are transformed first: 20 % faster with 256 tiles, 10 % slower with 1024. */
const fewTiles = 512
/** Parts of the tiles with sums of their own; fixed, so that sums do not depend on the threads. */
const maximumParts = 8

/** The largest filter of 3×3 and stride 2, in channels in times out, whose transform pays: 0.9 of the product's time; at twice as many, 1. */
const largestStrided = 8192
/** Tiles from which on the gradient of such a filter pays: 0.9 at 256; with few, the transform of the sums is as much work. */
const enoughTiles = 256

/** What of a convolution is computed. */
export type Direction = 'forward' | 'input' | 'filter'

/**
 * Whether Winograd applies and is worth it: 3×3 of stride 1 or 4×4 of stride 2, channels in eights, and tiles that are not
 * mostly border; forward and for the filter's gradient also 3×3 of stride 2. The bounds are measured: below 16 channels the
 * transforms cost more than the products they save. Forward and for the input's gradient they do not ask how many images there
 * are: an image has the same bits alone and among others.
 */
export function winogradFits(geometry: Geometry, direction: Direction): boolean {
  const { filterHeight: size, filterWidth, strideHeight: stride, strideWidth, padInfo } = geometry
  const { batch, channels, outChannels, height, width, outHeight, outWidth } = forwardPass(geometry)
  if (geometry.dataFormat !== 'channelsLast' || size !== filterWidth || stride !== strideWidth) return false
  if (geometry.dilationHeight !== 1 || geometry.dilationWidth !== 1) return false
  if (!(stride === 1 && size === 3) && !(stride === 2 && (size === 4 || size === 3))) return false
  if ([padInfo.top, padInfo.left].some((pad) => pad < 0 || pad >= size)) return false
  if (channels % 8 !== 0 || outChannels % 8 !== 0 || Math.min(channels, outChannels) < 16) return false
  if (batch === 0 || Math.min(height, width, outHeight, outWidth) < 2) return false
  const tiles = Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4)
  // Products of a tile for each tap of the filter.
  const perTap = (stride === 1 ? 36 : size === 4 ? 100 : 81) / size ** 2
  if (tiles * perTap >= 0.75 * outHeight * outWidth) return false
  if (stride === 1 || size === 4) return true
  if (direction === 'input' || channels * outChannels > largestStrided) return false
  return direction === 'forward' || (batch * tiles >= enoughTiles && 16 * tiles < 1.15 * outHeight * outWidth)
}

/** Tiles in a block: multiples of 12, since the products take rows in threes and in fours. */
function blockTiles(pass: Pass): number {
  if (planesBytes(pass) > largeFilter) return Math.min(largestBlock, Math.ceil(tilesOf(pass) / 24) * 12)
  const bytes = largeBlock * pass.side ** 2 * floatBytes * (depthOf(pass) + pass.outChannels)
  return bytes > blockBytes || tilesOf(pass) < manyBlocks * largeBlock ? smallBlock : largeBlock
}

const scratchBytes = (pass: Pass, block: number): number =>
  A.BETWEEN + pass.side ** 2 * (planeStride(block, depthOf(pass)) + planeStride(block, pass.outChannels))

/** Where results go: pixel (i, j) of the grid to (step·i + top, step·j + left) of y. */
interface Target {
  readonly y: number
  readonly height: number
  readonly width: number
  readonly step: number
  readonly top: number
  readonly left: number
}

function convolve(
  backend: SimdBackend,
  pass: Pass,
  [x, bias]: [x: number, bias: number],
  filter: Filter,
  { y, height, width, step, top, left }: Target,
): void {
  const block = blockTiles(pass)
  withTemporary(backend, planesBytes(pass) / floatBytes, (u) =>
    backend.scratch(scratchBytes(pass, block), (scratch, stride) => {
      transformFilter(backend, pass, filter, [u, scratch, stride])
      const words = passWords(x, pass, { scratch, stride, block })
      words[A.U / 4] = u
      words[A.BIAS / 4] = bias
      words[A.Y / 4] = y
      words[A.OUT_STEP / 4] = step
      words[A.Y_HEIGHT / 4] = height
      words[A.Y_WIDTH / 4] = width
      words[A.Y_TOP / 4] = top
      words[A.Y_LEFT / 4] = left
      backend.run('winogradForward', Math.ceil(tilesOf(pass) / block), ...words)
    }),
  )
}

/** A filter to transform: its channels in and out, and for the input's gradient at stride 2 the phase. */
interface Filter {
  readonly pointer: number
  readonly inputs: number
  readonly outputs: number
  readonly turned: boolean
  readonly phase?: number
  /** Rows and columns. */
  readonly size: number
}

/** U of a filter; a chunk has 8 of the outputs of `pass`. */
function transformFilter(
  backend: SimdBackend,
  pass: Pass,
  { pointer, inputs, outputs, turned, phase = 0, size }: Filter,
  [u, scratch, stride]: [u: number, scratch: number, stride: number],
): void {
  const words: number[] = []
  words[F.FILTER / 4] = pointer
  words[F.U / 4] = u
  words[F.INPUTS / 4] = inputs
  words[F.OUTPUTS / 4] = outputs
  words[F.TURNED / 4] = turned ? 1 : 0
  words[F.SCRATCH / 4] = scratch
  words[F.SCRATCH_STRIDE / 4] = stride
  words[F.PLANE / 4] = planeStride(depthOf(pass), pass.outChannels)
  words[F.PHASE / 4] = phase
  words[F.SIZE / 4] = size
  backend.run(pass.side === 6 ? 'winogradFilter' : 'winogradFilterPhases', pass.outChannels / 8, ...words)
}

/** y = x ∗ filter + bias. */
export function winogradForward(
  backend: SimdBackend,
  x: TensorInfo,
  filter: TensorInfo,
  y: TensorInfo,
  geometry: Geometry,
  bias?: TensorInfo,
): void {
  const pass = forwardPass(geometry)
  const { channels: inputs, outChannels: outputs, outHeight: height, outWidth: width } = pass
  const target = { y: backend.pointer(y), height, width, step: 1, top: 0, left: 0 }
  const w = { pointer: backend.pointer(filter), inputs, outputs, turned: false, size: geometry.filterHeight }
  convolve(backend, pass, [backend.pointer(x), bias ? backend.pointer(bias) : 0], w, target)
}

/** dx for the gradient dy of the output. */
export function winogradInputGradient(
  backend: SimdBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  dx: TensorInfo,
  geometry: Geometry,
): void {
  const { inHeight: height, inWidth: width, strideHeight: step, padInfo } = geometry
  const pointer = backend.pointer(filter)
  for (let phase = 0; phase < step ** 2; phase++) {
    const [top, left] = [Math.floor(phase / step), phase % step]
    const pass = backwardPass(geometry, top, left)
    const { channels, outChannels } = pass
    // With phases the kernel is told the filter as it lies. Row `top` of dx meets the taps of this parity.
    const [inputs, outputs] = step === 1 ? [channels, outChannels] : [outChannels, channels]
    const parity = 2 * ((top + padInfo.top) % 2) + ((left + padInfo.left) % 2)
    const w = { pointer, inputs, outputs, turned: true, phase: parity, size: geometry.filterHeight }
    const target = { y: backend.pointer(dx), height, width, step, top, left }
    convolve(backend, pass, [backend.pointer(dy), 0], w, target)
  }
}

/** dw for the gradient dy of the output; the same bits whatever the number of threads. */
export function winogradFilterGradient(
  backend: SimdBackend,
  x: TensorInfo,
  dy: TensorInfo,
  dw: TensorInfo,
  geometry: Geometry,
): void {
  const pass = forwardPass(geometry)
  const [inputs, outputs] = [depthOf(pass), pass.outChannels]
  const compute = tilesOf(pass) < fewTiles ? sumsByFrequency : sumsByPart
  const taps = pass.side === 6 ? 'winogradTaps' : 'winogradTapsPhases'
  compute(backend, pass, [backend.pointer(x), backend.pointer(dy)], (sums, parts) => {
    const chunks = backend.chunks(inputs * outputs * pass.side ** 2 * parts, 65536)
    const words: number[] = []
    words[T.SUMS / 4] = sums
    words[T.PARTS / 4] = parts
    words[T.INPUTS / 4] = inputs
    words[T.OUTPUTS / 4] = outputs
    words[T.DW / 4] = backend.pointer(dw)
    words[T.PLANE / 4] = planeStride(inputs, outputs)
    words[T.SIZE / 4] = geometry.filterHeight
    backend.scratch(A.TAPS_BETWEEN, (scratch, stride) => {
      words[T.SCRATCH / 4] = scratch
      words[T.SCRATCH_STRIDE / 4] = stride
      backend.run(taps, chunks, ...words)
    })
  })
}

type UseSums = (sums: number, parts: number) => void

/** Each part of the tiles is transformed and summed in blocks that stay in the cache. */
function sumsByPart(backend: SimdBackend, pass: Pass, [x, dy]: [number, number], use: UseSums): void {
  const parts = Math.max(1, Math.min(maximumParts, Math.floor(tilesOf(pass) / gradientBlock)))
  withTemporary(backend, (parts * planesBytes(pass)) / floatBytes, (sums) => {
    backend.scratch(scratchBytes(pass, gradientBlock), (scratch, stride) => {
      const words = passWords(x, pass, { scratch, stride, block: gradientBlock })
      words[A.DY / 4] = dy
      words[A.SUMS / 4] = sums
      backend.run('winogradSums', parts, ...words)
    })
    use(sums, parts)
  })
}

/** All tiles are transformed, then summed frequency by frequency. */
function sumsByFrequency(backend: SimdBackend, pass: Pass, [x, dy]: [number, number], use: UseSums): void {
  const [inputs, outputs] = [depthOf(pass), pass.outChannels]
  const tiles = tilesOf(pass)
  const frequencies = pass.side ** 2
  const [sizeV, sizeW] = [inputs, outputs].map((n) => frequencies * planeStride(tiles, n)) as [number, number]
  withTemporary(backend, (sizeV + sizeW + planesBytes(pass)) / floatBytes, (v) => {
    const w = v + sizeV
    const sums = w + sizeW
    backend.scratch(A.BETWEEN, (scratch, stride) => {
      const words = passWords(x, pass, { scratch, stride, block: 0 })
      words[A.DY / 4] = dy
      words[A.SUMS / 4] = sums
      words[A.ALL_X / 4] = v
      words[A.ALL_Y / 4] = w
      backend.run('winogradTransforms', Math.ceil(tiles / 16), ...words)
      backend.run('winogradProducts', frequencies, ...words)
    })
    use(sums, 1)
  })
}
