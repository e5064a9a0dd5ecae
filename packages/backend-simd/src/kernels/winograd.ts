/**
 * 3×3 convolutions with stride 1 by Winograd's minimal filtering; code in `assembly/winograd*.ts`.
 *
 * F(4×4, 3×3) takes a quarter of the multiplications. Its transforms amplify rounding: against float64 the error is below
 * 2e-5 of the largest magnitude that a sum of absolute products reaches, where the direct sum has about 1e-6.
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

/** One direction of a convolution: an image, its tiles of output, and the padding between the two. */
interface Pass {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly inputs: number
  readonly outHeight: number
  readonly outWidth: number
  readonly outputs: number
  readonly padTop: number
  readonly padLeft: number
}

const floatBytes = 4
/** Between the passes of a two-dimensional transform (`BETWEEN` in assembly/winograd-tiles.ts). */
const betweenBytes = 576
/** The same for `winogradTaps`, with its sums. */
const tapBytes = 1152
/** Room for the tiles of a block in both forms, about what the second-level cache holds. */
const blockBytes = 640 * 1024
/** Least tiles in a block of the filter's gradient: each block adds to all the sums, which are larger than the caches. */
const gradientTiles = 48
/** Below, all tiles are transformed first: 20 % faster with 256 tiles, 10 % slower with 1024. */
const fewTiles = 512
/** Parts of the tiles with sums of their own; fixed, so that sums do not depend on the threads. */
const maximumParts = 8

const tilesOf = ({ batch, outHeight, outWidth }: Pass): number =>
  batch * Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4)

function forwardPass(geometry: Geometry): Pass {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry
  return {
    batch: batchSize,
    height: inHeight,
    width: inWidth,
    inputs: inChannels,
    outHeight,
    outWidth,
    outputs: outChannels,
    padTop: padInfo.top,
    padLeft: padInfo.left,
  }
}

/** The input's gradient is a convolution of dy with the turned filter, padded by what is missing to 2. */
function backwardPass(geometry: Geometry): Pass {
  const { batch, height, width, inputs, outHeight, outWidth, outputs, padTop, padLeft } = forwardPass(geometry)
  return {
    batch,
    height: outHeight,
    width: outWidth,
    inputs: outputs,
    outHeight: height,
    outWidth: width,
    outputs: inputs,
    padTop: 2 - padTop,
    padLeft: 2 - padLeft,
  }
}

/**
 * Whether Winograd applies and is worth it: 3×3, stride 1, channels in eights, and tiles that are not mostly border. The
 * bounds are measured: below 16 channels the transforms cost more than the products they save.
 */
export function winogradFits(geometry: Geometry): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = geometry
  const { batch, inputs, outputs, height, width, outHeight, outWidth } = forwardPass(geometry)
  if (geometry.dataFormat !== 'channelsLast' || filterHeight !== 3 || filterWidth !== 3) return false
  if (strideHeight !== 1 || strideWidth !== 1 || dilationHeight !== 1 || dilationWidth !== 1) return false
  if (padInfo.top > 2 || padInfo.left > 2 || padInfo.top < 0 || padInfo.left < 0) return false
  if (inputs % 8 !== 0 || outputs % 8 !== 0 || Math.min(inputs, outputs) < 16) return false
  if (batch === 0 || Math.min(height, width, outHeight, outWidth) < 2) return false
  const tiles = Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4)
  return tiles * 36 < 0.75 * outHeight * outWidth * 9
}

/** Tiles in a block: a multiple of 4, from 8 to 64. */
function blockTiles({ inputs, outputs }: Pass): number {
  const fitting = Math.floor(blockBytes / (36 * floatBytes * (inputs + outputs)))
  return Math.max(8, Math.min(64, fitting & ~3))
}

/** Mirrors `planeStride` in assembly/winograd-tiles.ts. */
const planeStride = (tiles: number, channels: number): number =>
  (Math.ceil((tiles * channels * floatBytes) / 64) * 64) | 64

function scratchBytes({ inputs, outputs }: Pass, block: number): number {
  const planes = 36 * (planeStride(block, inputs) + planeStride(block, outputs))
  return betweenBytes + planes
}

/** The arguments that all stages begin with. */
function passWords(x: number, pass: Pass): number[] {
  const { height, width, inputs, outHeight, outWidth, padTop, padLeft } = pass
  return [x, height, width, inputs, outHeight, outWidth, padTop, padLeft]
}

function convolve(
  backend: SimdBackend,
  pass: Pass,
  [x, filter, y]: [x: number, filter: number, y: number],
  { turned, bias }: { turned: boolean; bias: number },
): void {
  const { inputs, outputs } = pass
  const u = backend.output([36, outputs, inputs], 'float32')
  const block = blockTiles(pass)
  const tiles = tilesOf(pass)
  backend.scratch(scratchBytes(pass, block), (scratch, stride) => {
    const uPointer = backend.pointer(u)
    backend.run('winogradFilter', outputs / 8, filter, uPointer, inputs, outputs, turned ? 1 : 0, scratch, stride)
    const words = [...passWords(x, pass), scratch, stride, tiles, block, uPointer, bias, y, outputs]
    backend.run('winogradForward', Math.ceil(tiles / block), ...words)
  })
  backend.disposeData(u.dataId)
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
  const pointers: [number, number, number] = [backend.pointer(x), backend.pointer(filter), backend.pointer(y)]
  convolve(backend, forwardPass(geometry), pointers, { turned: false, bias: bias ? backend.pointer(bias) : 0 })
}

/** dx for the gradient dy of the output. */
export function winogradInputGradient(
  backend: SimdBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  dx: TensorInfo,
  geometry: Geometry,
): void {
  const pointers: [number, number, number] = [backend.pointer(dy), backend.pointer(filter), backend.pointer(dx)]
  convolve(backend, backwardPass(geometry), pointers, { turned: true, bias: 0 })
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
  const { inputs, outputs } = pass
  const tiles = tilesOf(pass)
  const words = [...passWords(backend.pointer(x), pass)]
  const compute = tiles < fewTiles ? sumsByFrequency : sumsByPart
  compute(backend, pass, words, backend.pointer(dy), (sums, parts) => {
    const chunks = backend.chunks(inputs * outputs * 36 * parts, 65536)
    backend.scratch(tapBytes, (scratch, stride) =>
      backend.run('winogradTaps', chunks, sums, parts, inputs, outputs, backend.pointer(dw), scratch, stride),
    )
  })
}

type UseSums = (sums: number, parts: number) => void

/** Each part of the tiles is transformed and summed in blocks that stay in the cache. */
function sumsByPart(backend: SimdBackend, pass: Pass, words: number[], dy: number, use: UseSums): void {
  const { inputs, outputs } = pass
  const block = Math.max(gradientTiles, blockTiles(pass))
  const tiles = tilesOf(pass)
  const parts = Math.max(1, Math.min(maximumParts, Math.floor(tiles / block)))
  withTemporary(backend, parts * 36 * inputs * outputs, (sums) => {
    backend.scratch(scratchBytes(pass, block), (scratch, stride) =>
      backend.run('winogradSums', parts, ...words, scratch, stride, tiles, block, dy, outputs, sums),
    )
    use(sums, parts)
  })
}

/** All tiles are transformed, then summed frequency by frequency. */
function sumsByFrequency(backend: SimdBackend, pass: Pass, words: number[], dy: number, use: UseSums): void {
  const { inputs, outputs } = pass
  const tiles = tilesOf(pass)
  const [sizeV, sizeW] = [inputs, outputs].map((channels) => 36 * planeStride(tiles, channels)) as [number, number]
  withTemporary(backend, (sizeV + sizeW) / floatBytes + 36 * inputs * outputs, (v) => {
    const w = v + sizeV
    const sums = w + sizeW
    backend.scratch(scratchBytes(pass, 0), (scratch, stride) => {
      const list = [...words, scratch, stride, tiles, 0, dy, outputs, sums, v, w]
      backend.run('winogradTransforms', Math.ceil(tiles / 16), ...list)
      backend.run('winogradProducts', 36, ...list)
    })
    use(sums, 1)
  })
}
