/** Rows by index: gather, sums by segment, one-hot; code in `assembly/gather.ts`. @module */
import { backend_util, type DataType, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floatBits } from '../program.ts'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk. */
const grain = 16384

const gather = fastKernel<{ x: TensorInfo; indices: TensorInfo }, { axis: number; batchDims?: number }>(
  'GatherV2',
  ({ inputs: { x, indices }, attrs, backend }) => {
    const { dtype } = x
    if ((dtype !== 'float32' && dtype !== 'int32') || indices.dtype !== 'int32') return null
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!
    const extent = x.shape[axis]!
    for (const index of backend.data.get(indices.dataId).values as Int32Array) {
      const inside = index >= 0 && index < extent
      util.assert(inside, () => `GatherV2: the index value ${index} is not in [0, ${extent - 1}]`)
    }
    const info = backend_util.segment_util.collectGatherOpShapeInfo(
      x as never,
      indices as never,
      axis,
      attrs.batchDims ?? 0,
    )
    const { batchSize, outerSize, sliceSize, outputShape } = info
    const y = backend.output(outputShape, dtype)
    const size = util.sizeFromShape(outputShape)
    if (size === 0) return y
    const count = util.sizeFromShape(indices.shape) / batchSize
    const pointers = [backend.pointer(x), backend.pointer(indices), backend.pointer(y)]
    const words = [batchSize, outerSize, extent, count, 4 * sliceSize]
    backend.run('gatherRows', backend.chunks(size, grain), ...pointers, ...words)
    return y
  },
)

const segmentSum = fastKernel<{ x: TensorInfo; segmentIds: TensorInfo }, { numSegments: number }>(
  'UnsortedSegmentSum',
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32' || segmentIds.shape.length !== 1) return null
    if (x.shape.length === 0 || x.shape[0] !== segmentIds.shape[0]) return null
    const y = backend.output([numSegments, ...x.shape.slice(1)], 'float32')
    const rows = x.shape[0]!
    const inner = util.sizeFromShape(x.shape.slice(1))
    // Every chunk looks at all indices: no more chunks than make that cheap beside the sums.
    const chunks = Math.max(1, Math.min(backend.chunks(rows * inner, grain), inner >> 2, numSegments))
    const pointers = [backend.pointer(x), backend.pointer(segmentIds), backend.pointer(y)]
    const sums = backend.output([2 * numSegments * inner], 'float32')
    backend.run('segmentSumF32', chunks, ...pointers, rows, inner, numSegments, backend.pointer(sums))
    backend.disposeIntermediateTensorInfo(sums)
    return y
  },
)

interface OneHotAttributes {
  depth: number
  onValue: number
  offValue: number
  dtype: DataType
}

const oneHot = fastKernel<{ indices: TensorInfo }, OneHotAttributes>(
  'OneHot',
  ({ inputs: { indices }, attrs: { depth, onValue, offValue, dtype }, backend }) => {
    if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32')) return null
    const y = backend.output([...indices.shape, depth], dtype)
    const rows = util.sizeFromShape(indices.shape)
    const [on, off] = dtype === 'float32' ? [floatBits(onValue), floatBits(offValue)] : [onValue, offValue]
    const pointers = [backend.pointer(indices), backend.pointer(y)]
    backend.run('oneHot32', backend.chunks(rows * depth, grain), ...pointers, rows, depth, on, off)
    return y
  },
)

/** The family. */
export const gatherKernels: KernelConfig[] = [gather, oneHot, segmentSum]
