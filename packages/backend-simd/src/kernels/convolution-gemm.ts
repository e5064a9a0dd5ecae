/**
 * Convolutions as matrix products, without a copy of the image: the left factor is the image seen through the filter's
 * taps (see `gemm.ts`). Any stride, padding and dilation; channels last.
 *
 * @module
 */
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { joinable, joinTaps } from './convolution-frame.ts'
import type { Geometry } from './convolution-geometry.ts'
import type { Epilogue } from './epilogue.ts'
import { multiplyDepth, multiplyRows } from './gemm.ts'
import type { LeftFactor, Result, RightFactor } from './gemm-product.ts'
import { withTemporary } from './temporary.ts'

const none = [0, 0] as const
const one = [1, 1] as const

/** The input seen through the filter: all taps of all output positions. */
function forwardView(pointer: number, geometry: Geometry): LeftFactor {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = geometry
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = geometry
  if (isPointwise(geometry)) return pixels(pointer, batchSize * inHeight * inWidth, inChannels)
  return {
    pointer,
    size: [inHeight, inWidth],
    pixelStride: inChannels,
    images: batchSize,
    grid: [outHeight, outWidth],
    stride: [strideHeight, strideWidth],
    origin: [-padInfo.top, -padInfo.left],
    taps: [filterHeight, filterWidth],
    tapStep: [dilationHeight, dilationWidth],
    depth: inChannels,
  }
}

const isPointwise = ({
  inHeight,
  inWidth,
  outHeight,
  outWidth,
  filterHeight,
  filterWidth,
  padInfo,
}: Geometry): boolean =>
  filterHeight * filterWidth === 1 &&
  inHeight === outHeight &&
  inWidth === outWidth &&
  padInfo.top === 0 &&
  padInfo.left === 0

/** Pixels in a row, as the rows of a matrix. */
function pixels(pointer: number, count: number, depth: number): LeftFactor {
  const size = [1, count] as const
  return {
    ...{ pointer, size, pixelStride: depth, images: 1, grid: size, stride: one },
    ...{ origin: none, taps: one, tapStep: none, depth },
  }
}

/** The filter as the right factor of the forward product. */
function filterRows(pointer: number, { filterWidth, inChannels, outChannels }: Geometry): RightFactor {
  const tap = inChannels * outChannels
  return { pointer, rowStride: outChannels, columnStride: 1, tapStride: [filterWidth * tap, tap] }
}

/** y = epilogue(x ∗ filter). */
export function gemmForward(
  backend: SimdBackend,
  x: TensorInfo,
  filter: TensorInfo,
  y: TensorInfo,
  geometry: Geometry,
  epilogue: Epilogue,
): void {
  const { outHeight, outWidth, outChannels: columns } = geometry
  const right = filterRows(backend.pointer(filter), geometry)
  const result: Result = {
    pointer: backend.pointer(y),
    imageStride: outHeight * outWidth * columns,
    rowStride: outWidth * columns,
    pixelStride: columns,
    columnStride: 1,
  }
  joinTaps(backend, forwardView(backend.pointer(x), geometry), (left) =>
    multiplyRows(backend, { left, right, result, columns, epilogue }),
  )
}

/**
 * dw for the gradient dy of the output: the sum over output positions of what a tap sees there times dy. Long sums are
 * cut into parts by the shapes alone, so the result has the same bits on any number of threads.
 */
export function gemmFilterGradient(
  backend: SimdBackend,
  x: TensorInfo,
  dy: TensorInfo,
  dw: TensorInfo,
  geometry: Geometry,
): void {
  const { outChannels: columns } = geometry
  const right: RightFactor = { pointer: backend.pointer(dy), rowStride: columns, columnStride: 1, tapStride: none }
  const pointer = backend.pointer(dw)
  const result: Result = { pointer, imageStride: 0, rowStride: columns, pixelStride: 0, columnStride: 1 }
  joinTaps(backend, forwardView(backend.pointer(x), geometry), (left) =>
    multiplyDepth(backend, { left, right, result, columns }),
  )
}

/**
 * dx for the gradient dy of the output. With stride s, input positions fall into s² classes by their remainder; each
 * sees only some of the taps, and is a convolution of dy with those, turned round.
 */
export function gemmInputGradient(
  backend: SimdBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  dx: TensorInfo,
  geometry: Geometry,
): void {
  const { strideHeight, strideWidth, padInfo, filterHeight, filterWidth, inHeight, inWidth } = geometry
  const rows = classes(inHeight, strideHeight, filterHeight, padInfo.top)
  const columns = classes(inWidth, strideWidth, filterWidth, padInfo.left)
  // Positions that no tap reaches.
  if ([...rows, ...columns].some(({ taps }) => taps === 0)) {
    const size = util.sizeFromShape(dx.shape)
    backend.run('fill32', backend.chunks(size, 16384), backend.pointer(dx), 0, size)
  }
  for (const row of rows) {
    for (const column of columns) {
      if (row.taps * column.taps > 0) inputGradientOfClass(backend, [dy, filter, dx], geometry, row, column)
    }
  }
}

/** Input positions with one remainder along one dimension: how many, the first, and the taps that reach them. */
interface PositionClass {
  readonly first: number
  readonly count: number
  readonly taps: number
  /** The last of the taps, the first that is read. */
  readonly lastTap: number
  /** Where in dy position 0 looks with the last tap. */
  readonly origin: number
}

function classes(extent: number, stride: number, filter: number, pad: number): PositionClass[] {
  return Array.from({ length: Math.min(stride, extent) }, (_, first) => {
    const firstTap = (first + pad) % stride
    const taps = Math.max(0, Math.ceil((filter - firstTap) / stride))
    const lastTap = firstTap + (taps - 1) * stride
    return {
      first,
      count: Math.ceil((extent - first) / stride),
      taps,
      lastTap,
      origin: (first + pad - lastTap) / stride,
    }
  })
}

function inputGradientOfClass(
  backend: SimdBackend,
  [dy, filter, dx]: [TensorInfo, TensorInfo, TensorInfo],
  geometry: Geometry,
  row: PositionClass,
  column: PositionClass,
): void {
  const { inHeight, inWidth, inChannels: columns, strideHeight, strideWidth } = geometry
  const result: Result = {
    pointer: backend.pointer(dx) + 4 * (row.first * inWidth + column.first) * columns,
    imageStride: inHeight * inWidth * columns,
    rowStride: strideHeight * inWidth * columns,
    pixelStride: strideWidth * columns,
    columnStride: 1,
  }
  const left = backwardView(backend.pointer(dy), geometry, row, column)
  const run = (right: RightFactor) =>
    joinTaps(backend, left, (left) => multiplyRows(backend, { left, right, result, columns }))
  if (joinable(left)) withTurnedFilter(backend, filter, geometry, row, column, run)
  else run(filterColumns(backend.pointer(filter), geometry, row, column))
}

/** dy seen from the input positions of a class, through the taps that reach them in ascending order of dy. */
function backwardView(pointer: number, geometry: Geometry, row: PositionClass, column: PositionClass): LeftFactor {
  const { batchSize, outHeight, outWidth, outChannels } = geometry
  if (isPointwise(geometry)) return pixels(pointer, batchSize * outHeight * outWidth, outChannels)
  return {
    pointer,
    size: [outHeight, outWidth],
    pixelStride: outChannels,
    images: batchSize,
    grid: [row.count, column.count],
    stride: one,
    origin: [row.origin, column.origin],
    taps: [row.taps, column.taps],
    tapStep: one,
    depth: outChannels,
  }
}

/** The filter's taps of a class, last one first, with outputs as rows and inputs as columns. */
function filterColumns(filter: number, geometry: Geometry, row: PositionClass, column: PositionClass): RightFactor {
  const { filterWidth, inChannels, outChannels, strideHeight, strideWidth } = geometry
  const tap = inChannels * outChannels
  return {
    pointer: filter + 4 * (row.lastTap * filterWidth + column.lastTap) * tap,
    rowStride: 1,
    columnStride: outChannels,
    tapStride: [-strideHeight * filterWidth * tap, -strideWidth * tap],
  }
}

/** The same, copied so that the outputs of neighboring taps follow each other: [taps y, taps x, outputs, inputs]. */
function withTurnedFilter(
  backend: SimdBackend,
  filter: TensorInfo,
  { filterWidth, inChannels, outChannels, strideHeight, strideWidth }: Geometry,
  row: PositionClass,
  column: PositionClass,
  use: (right: RightFactor) => void,
): void {
  const tap = outChannels * inChannels
  withTemporary(backend, row.taps * column.taps * tap, (pointer) => {
    const shape = [filterWidth, inChannels, outChannels]
    const taps = [row.taps, column.taps, row.lastTap, column.lastTap, -strideHeight, -strideWidth]
    backend.run('conv2dTurn', 1, backend.pointer(filter), pointer, ...shape, ...taps)
    use({ pointer, rowStride: inChannels, columnStride: 1, tapStride: [column.taps * tap, tap] })
  })
}
