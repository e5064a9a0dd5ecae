/** Resizing and average pooling of images, with gradients; code in `assembly/resample.ts`. @module */
import { backend_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { assertShape, fastKernel } from './kernel.ts'
import { type AxisMap, averages, bilinear, nearest, tableOf, transposeMap } from './resample-maps.ts'

/** Multiplications worth a chunk. */
const grain = 16384

/** Applies a map of the rows and one of the columns to images [batch, height, width, channels]. */
function resample(backend: SimdBackend, x: TensorInfo, rows: AxisMap, columns: AxisMap): TensorInfo {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const y = backend.output([batch, rows.length, columns.length, channels], 'float32')
  if (util.sizeFromShape(y.shape) === 0) return y
  const rowTable = tableOf(rows)
  const columnTable = tableOf(columns)
  const tables = [rowTable, columnTable].map((table) => backend.makeTensorInfo([table.length], 'int32', table))
  const taps = (rowTable.length * columnTable.length) / 4
  const words = [batch, height, width, channels, rows.length, columns.length]
  const [rowPointer, columnPointer] = tables.map((table) => backend.pointer(table)) as [number, number]
  const chunks = backend.chunks(batch * channels * taps, grain)
  backend.run('resample', chunks, backend.pointer(x), backend.pointer(y), ...words, rowPointer, columnPointer)
  for (const table of tables) backend.disposeIntermediateTensorInfo(table)
  return y
}

interface ResizeAttributes {
  alignCorners: boolean
  halfPixelCenters: boolean
  size: [number, number]
}

type ResizeMap = typeof bilinear

function resize(kernelName: string, map: ResizeMap): KernelConfig {
  return fastKernel<{ images: TensorInfo }, ResizeAttributes>(kernelName, ({ inputs: { images }, attrs, backend }) => {
    if (images.dtype !== 'float32') return null
    const [, height, width] = images.shape as [number, number, number, number]
    return resample(backend, images, map(height, attrs.size[0], attrs), map(width, attrs.size[1], attrs))
  })
}

/**
 * The gradient is the transposed map. tfjs-backend-cpu differs, wrongly: it ignores halfPixelCenters; for bilinear it
 * exchanges height and width, for nearest it takes all but the first image of a batch from the wrong place.
 */
function resizeGrad(kernelName: string, map: ResizeMap): KernelConfig {
  return fastKernel<{ dy: TensorInfo; images: TensorInfo }, ResizeAttributes>(
    kernelName,
    ({ inputs: { dy, images }, attrs, backend }) => {
      if (images.dtype !== 'float32' || dy.dtype !== 'float32') return null
      const [, height, width] = images.shape as [number, number, number, number]
      const [, rows, columns] = dy.shape as [number, number, number, number]
      const down = transposeMap(map(height, rows, attrs), height)
      return resample(backend, dy, down, transposeMap(map(width, columns, attrs), width))
    },
  )
}

interface PoolAttributes {
  filterSize: number | [number, number]
  strides: number | [number, number]
  pad: 'valid' | 'same' | number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

interface PoolMaps {
  readonly rows: AxisMap
  readonly columns: AxisMap
  readonly outShape: number[]
  /** Windows of one pixel, and as many: tfjs takes that for no pooling, whatever strides and padding are. */
  readonly identity: boolean
}

function poolMaps(shape: number[], attributes: PoolAttributes): PoolMaps {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const info = backend_util.computePool2DInfo(shape as never, filterSize, strides, 1, pad, dimRoundingMode)
  return {
    outShape: info.outShape,
    rows: averages(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.padInfo.top),
    columns: averages(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.padInfo.left),
    identity: info.filterHeight * info.filterWidth === 1 && util.arraysEqual(info.inShape, info.outShape),
  }
}

const avgPool = fastKernel<{ x: TensorInfo }, PoolAttributes>('AvgPool', ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype !== 'float32') return null
  const { rows, columns, identity } = poolMaps(x.shape, attrs)
  return identity ? backend.share(x, x.shape) : resample(backend, x, rows, columns)
})

/**
 * The gradient of the mean over those pixels of a window that exist. tfjs-backend-cpu divides by the size of the whole
 * window, also at padded edges, where its own forward pass does not.
 */
const avgPoolGrad = fastKernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>(
  'AvgPoolGrad',
  ({ inputs: { dy, input }, attrs, backend }) => {
    if (dy.dtype !== 'float32' || input.dtype !== 'float32') return null
    const [, height, width] = input.shape as [number, number, number, number]
    const { rows, columns, outShape } = poolMaps(input.shape, attrs)
    assertShape('AvgPoolGrad', 'dy', dy, outShape)
    return resample(backend, dy, transposeMap(rows, height), transposeMap(columns, width))
  },
)

/** The family. */
export const resampleKernels: KernelConfig[] = [
  avgPool,
  avgPoolGrad,
  resize('ResizeBilinear', bilinear),
  resizeGrad('ResizeBilinearGrad', bilinear),
  resize('ResizeNearestNeighbor', nearest),
  resizeGrad('ResizeNearestNeighborGrad', nearest),
]
