/** What Winograd's kernels are told of an image and its tiles; see `winograd.ts`. @module */
import type { backend_util } from '@tensorflow/tfjs-core'
import * as A from '../shared/winograd-words.ts'

/** Of a convolution, what decides how it is computed. */
export type Geometry = Pick<
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
export interface Pass {
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
  /** Step 2: taps of the filter in odd rows and columns, 2 of 4 × 4 and 1 of 3 × 3. */
  readonly oddTaps: number
}

/** Bytes of a number. */
export const floatBytes = 4

/** Tiles of all images. */
export const tilesOf = ({ batch, outHeight, outWidth }: Pass): number =>
  batch * Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4)

/** Channels that the products sum over: phases count. */
export const depthOf = ({ channels, step }: Pass): number => channels * step ** 2

/** The convolution itself. */
export function forwardPass(geometry: Geometry): Pass {
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
    oddTaps: geometry.filterHeight - 2,
  }
}

/**
 * The input's gradient is a convolution of dy with the turned filter, padded by what is missing to the filter's size less 1;
 * at stride 2 one for each phase of dx, whose first pixel is (top, left).
 */
export function backwardPass(geometry: Geometry, top: number, left: number): Pass {
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
    oddTaps: 2,
  }
}

/**
 * Distance of the planes of two frequencies, in bytes: an odd number of cache lines, so that the lines a transform writes
 * at once fall into different sets of the first-level cache.
 */
export const planeStride = (tiles: number, channels: number): number =>
  (Math.ceil((tiles * channels * floatBytes) / 64) * 64) | 64

/** A matrix of inputs × outputs for each frequency. */
export const planesBytes = (pass: Pass): number => pass.side ** 2 * planeStride(depthOf(pass), pass.outChannels)

/** Memory of each thread, and tiles in a block (0: all at once). */
interface Room {
  readonly scratch: number
  readonly stride: number
  readonly block: number
}

/** The arguments that all stages begin with, in the order of shared/winograd-words.ts. */
export function passWords(x: number, pass: Pass, { scratch, stride, block }: Room): number[] {
  const tiles = tilesOf(pass)
  const list: number[] = []
  list[A.X / 4] = x
  list[A.HEIGHT / 4] = pass.height
  list[A.WIDTH / 4] = pass.width
  list[A.CHANNELS / 4] = pass.channels
  list[A.OUT_HEIGHT / 4] = pass.outHeight
  list[A.OUT_WIDTH / 4] = pass.outWidth
  list[A.PAD_TOP / 4] = pass.padTop
  list[A.PAD_LEFT / 4] = pass.padLeft
  list[A.STEP / 4] = pass.step
  list[A.SIDE / 4] = pass.side
  list[A.SCRATCH / 4] = scratch
  list[A.SCRATCH_STRIDE / 4] = stride
  list[A.TILES / 4] = tiles
  list[A.BLOCK / 4] = block
  list[A.PLANE_X / 4] = planeStride(block || tiles, depthOf(pass))
  list[A.PLANE_Y / 4] = planeStride(block || tiles, pass.outChannels)
  list[A.PLANE_U / 4] = planeStride(depthOf(pass), pass.outChannels)
  list[A.Y_CHANNELS / 4] = pass.outChannels
  list[A.ODD_TAPS / 4] = pass.step === 2 ? pass.oddTaps : 2
  return list
}
