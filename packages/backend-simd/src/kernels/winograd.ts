/**
 * Convolutions by Winograd's minimal filtering; code in `assembly/winograd*.ts`.
 *
 * Stride 1, 3×3: F(4×4, 3×3) takes a quarter of the multiplications. Stride 2, 4×4: the even and odd rows and columns of the
 * image are four images, in which the filter is one of 2×2; F(4×4, 2×2) takes 39 %. (A filter of 3×3 is one of 4×4 with zeros:
 * 69 %, which gains nothing.) The transforms amplify rounding: against float64 the error is below 2e-5 of the largest
 * magnitude that a sum of absolute products reaches, where the direct sum has about 1e-6.
 *
 * @see Fast algorithms for convolutional neural networks (Lavin & Gray, 2016) https://arxiv.org/abs/1509.09308
 * @module
 */
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { withTemporary } from './temporary.ts'

type Geometry = Pick<
  backend_util.Conv2DInfo,
  | 'batchSize'
  | 'inHeight'
  | 'inWidth'
  | 'inChannels'
  | 'outHeight'
  | 'outWidth'
  | 'outChannels'
  | 'filterHeight'
  | 'filterWidth'
  | 'strideHeight'
  | 'strideWidth'
  | 'dilationHeight'
  | 'dilationWidth'
  | 'padInfo'
  | 'dataFormat'
>

/** An image that is read, and the 4 × 4 tiles of what is computed. */
interface Pass {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Extents of the grid of tiles' pixels, and its channels. */
  readonly outHeight: number
  readonly outWidth: number
  readonly outChannels: number
  readonly padTop: number
  readonly padLeft: number
  /** 2: the image is read in four phases, the pixels of its even and odd rows and columns. */
  readonly step: number
  /** Frequencies across a tile: 6 for filters of 3 × 3, 5 for those of 2 × 2. */
  readonly side: number
}

const floatBytes = 4
/** Between the passes of a two-dimensional transform (`BETWEEN` in assembly/winograd-tiles.ts). */
const betweenBytes = 576
/** The same for `winogradTaps` and `winogradTapsPhases`, with their sums. */
const tapBytes = 1152
/** Tiles in a block. Larger ones gain nothing. */
const largeBlock = 24
/** Where two threads would share few blocks unevenly, or a large one does not fit. */
const smallBlock = 12
const manyBlocks = 40
/** Room for the tiles of a block in both forms, about what the second-level cache holds. */
const blockBytes = 640 * 1024
/** Tiles in a block of the filter's gradient: each block adds to all the sums, which are larger than the caches. */
const gradientBlock = 48
/** Below, all tiles are transformed first: 20 % faster with 256 tiles, 10 % slower with 1024. */
const fewTiles = 512
/** Parts of the tiles with sums of their own; fixed, so that sums do not depend on the threads. */
const maximumParts = 8

const tilesOf = ({ batch, outHeight, outWidth }: Pass): number =>
  batch * Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4)

/** Channels that the products sum over: phases count. */
const depthOf = ({ channels, step }: Pass): number => channels * step ** 2

function forwardPass(geometry: Geometry): Pass {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo, strideHeight } = geometry
  return {
    batch: batchSize,
    height: inHeight,
    width: inWidth,
    channels: inChannels,
    outHeight,
    outWidth,
    outChannels,
    padTop: padInfo.top,
    padLeft: padInfo.left,
    step: strideHeight,
    side: strideHeight === 1 ? 6 : 5,
  }
}

/**
 * The input's gradient is a convolution of dy with the turned filter, padded by what is missing to the filter's size less 1;
 * at stride 2 one for each phase of dx, whose first pixel is (top, left).
 */
function backwardPass(geometry: Geometry, top: number, left: number): Pass {
  const { batch, height, width, channels, outHeight, outWidth, outChannels, ...rest } = forwardPass(geometry)
  const { padTop, padLeft, step, side } = rest
  const pad = (before: number, first: number) => (step === 1 ? 2 - before : 1 - Math.floor((first + before) / 2))
  return {
    batch,
    height: outHeight,
    width: outWidth,
    channels: outChannels,
    outHeight: Math.ceil((height - top) / step),
    outWidth: Math.ceil((width - left) / step),
    outChannels: channels,
    padTop: pad(padTop, top),
    padLeft: pad(padLeft, left),
    step: 1,
    side,
  }
}

/**
 * Whether Winograd applies and is worth it: 3×3 of stride 1 or 4×4 of stride 2, channels in eights, and tiles that are not
 * mostly border. The bounds are measured: below 16 channels the transforms cost more than the products they save.
 */
export function winogradFits(geometry: Geometry): boolean {
  const { filterHeight: size, filterWidth, strideHeight: stride, strideWidth, padInfo } = geometry
  const { batch, channels, outChannels, height, width, outHeight, outWidth } = forwardPass(geometry)
  if (geometry.dataFormat !== 'channelsLast' || size !== filterWidth || stride !== strideWidth) return false
  if (geometry.dilationHeight !== 1 || geometry.dilationWidth !== 1) return false
  if (!(stride === 1 && size === 3) && !(stride === 2 && size === 4)) return false
  if ([padInfo.top, padInfo.left].some((pad) => pad < 0 || pad >= size)) return false
  if (channels % 8 !== 0 || outChannels % 8 !== 0 || Math.min(channels, outChannels) < 16) return false
  if (batch === 0 || Math.min(height, width, outHeight, outWidth) < 2) return false
  const tiles = Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4)
  return tiles * (stride === 1 ? 36 : 100) < 0.75 * outHeight * outWidth * size ** 2
}

/** Tiles in a block: multiples of 12, since the products take rows in threes and in fours. */
function blockTiles(pass: Pass): number {
  const bytes = largeBlock * pass.side ** 2 * floatBytes * (depthOf(pass) + pass.outChannels)
  return bytes > blockBytes || tilesOf(pass) < manyBlocks * largeBlock ? smallBlock : largeBlock
}

/** Mirrors `planeStride` in assembly/winograd-tiles.ts. */
const planeStride = (tiles: number, channels: number): number =>
  (Math.ceil((tiles * channels * floatBytes) / 64) * 64) | 64

/** A matrix of inputs × outputs for each frequency. */
const planesBytes = (pass: Pass): number => pass.side ** 2 * planeStride(depthOf(pass), pass.outChannels)

const scratchBytes = (pass: Pass, block: number): number =>
  betweenBytes + pass.side ** 2 * (planeStride(block, depthOf(pass)) + planeStride(block, pass.outChannels))

/** The arguments that all stages begin with; see assembly/winograd-args.ts. */
function passWords(x: number, pass: Pass, scratch: number, stride: number, block: number): number[] {
  const { height, width, channels, outHeight, outWidth, padTop, padLeft, step, side } = pass
  const read = [x, height, width, channels, outHeight, outWidth, padTop, padLeft, step, side]
  return [...read, scratch, stride, tilesOf(pass), block]
}

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
  { y, height, width, step, top, left }: Target,
  transformFilter: (u: number, scratch: number, stride: number) => void,
): void {
  const block = blockTiles(pass)
  withTemporary(backend, planesBytes(pass) / floatBytes, (u) =>
    backend.scratch(scratchBytes(pass, block), (scratch, stride) => {
      transformFilter(u, scratch, stride)
      const put = [u, bias, y, pass.outChannels, step, height, width, top, left]
      const words = [...passWords(x, pass, scratch, stride, block), ...put]
      backend.run('winogradForward', Math.ceil(tilesOf(pass) / block), ...words)
    }),
  )
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
  const { channels, outChannels, outHeight: height, outWidth: width, side } = pass
  const target = { y: backend.pointer(y), height, width, step: 1, top: 0, left: 0 }
  const kernel = side === 6 ? 'winogradFilter' : 'winogradFilterPhases'
  const w = backend.pointer(filter)
  convolve(backend, pass, [backend.pointer(x), bias ? backend.pointer(bias) : 0], target, (u, scratch, stride) =>
    backend.run(kernel, outChannels / 8, w, u, channels, outChannels, 0, scratch, stride),
  )
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
  const w = backend.pointer(filter)
  for (let phase = 0; phase < step ** 2; phase++) {
    const [top, left] = [Math.floor(phase / step), phase % step]
    const pass = backwardPass(geometry, top, left)
    const { channels, outChannels } = pass
    const target = { y: backend.pointer(dx), height, width, step, top, left }
    convolve(backend, pass, [backend.pointer(dy), 0], target, (u, scratch, stride) => {
      if (step === 1) {
        backend.run('winogradFilter', outChannels / 8, w, u, channels, outChannels, 1, scratch, stride)
        return
      }
      // Row `top` of dx meets the taps of this parity.
      const parity = 2 * ((top + padInfo.top) % 2) + ((left + padInfo.left) % 2)
      const words = [w, u, outChannels, channels, 1, scratch, stride, parity]
      backend.run('winogradFilterPhases', outChannels / 8, ...words)
    })
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
    const dwPointer = backend.pointer(dw)
    backend.scratch(tapBytes, (scratch, stride) =>
      backend.run(taps, chunks, sums, parts, inputs, outputs, dwPointer, scratch, stride),
    )
  })
}

type UseSums = (sums: number, parts: number) => void

/** Each part of the tiles is transformed and summed in blocks that stay in the cache. */
function sumsByPart(backend: SimdBackend, pass: Pass, [x, dy]: [number, number], use: UseSums): void {
  const parts = Math.max(1, Math.min(maximumParts, Math.floor(tilesOf(pass) / gradientBlock)))
  withTemporary(backend, (parts * planesBytes(pass)) / floatBytes, (sums) => {
    backend.scratch(scratchBytes(pass, gradientBlock), (scratch, stride) => {
      const words = [...passWords(x, pass, scratch, stride, gradientBlock), dy, pass.outChannels, sums]
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
    backend.scratch(betweenBytes, (scratch, stride) => {
      const words = [...passWords(x, pass, scratch, stride, 0), dy, outputs, sums, v, w]
      backend.run('winogradTransforms', Math.ceil(tiles / 16), ...words)
      backend.run('winogradProducts', frequencies, ...words)
    })
    use(sums, 1)
  })
}
