/** Kernels that move elements: transpose, slices, reversal, repetition. All are strided copies. @module */
import { type KernelConfig, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { bytesPerElement, isStored, type StoredType } from '../tensor-data.ts'
import { fastKernel } from './kernel.ts'
import { copyStrided, stridesOf } from './strides.ts'

/** A view of x, copied into a new tensor: extents, strides in x, and the element of x with index 0. */
interface View {
  extents: number[]
  strides: number[]
  offset: number
}

/** Copies a view of x into a new tensor of a shape with as many elements. */
function gatherView(
  backend: SimdBackend,
  x: TensorInfo,
  shape: number[],
  { extents, strides, offset }: View,
): TensorInfo {
  const dtype = x.dtype as StoredType
  const y = backend.output(shape, dtype)
  copyStrided(backend, {
    dtype,
    x: backend.pointer(x) + offset * bytesPerElement(dtype),
    y: backend.pointer(y),
    extents,
    stridesX: strides,
    stridesY: stridesOf(extents),
  })
  return y
}

/** The part of x from `begin`, of shape `size`. */
function sliced(backend: SimdBackend, x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  const strides = stridesOf(x.shape)
  const offset = begin.reduce((sum, first, i) => sum + first * strides[i]!, 0)
  return gatherView(backend, x, size, { extents: size, strides, offset })
}

const transpose = fastKernel<{ x: TensorInfo }, { perm: number[] }>(
  'Transpose',
  ({ inputs: { x }, attrs, backend }) => {
    if (!isStored(x.dtype)) return null
    const strides = stridesOf(x.shape)
    const extents = attrs.perm.map((axis) => x.shape[axis]!)
    return gatherView(backend, x, extents, { extents, strides: attrs.perm.map((axis) => strides[axis]!), offset: 0 })
  },
)

const slice = fastKernel<{ x: TensorInfo }, { begin: number[]; size: number[] }>(
  'Slice',
  ({ inputs: { x }, attrs, backend }) => {
    if (!isStored(x.dtype)) return null
    const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size) as [number[], number[]]
    slice_util.assertParamsValid(x as never, begin, size)
    return sliced(backend, x, begin, size)
  },
)

interface StridedSliceAttributes {
  begin: number[]
  end: number[]
  strides: number[]
  beginMask: number
  endMask: number
  ellipsisMask: number
  newAxisMask: number
  shrinkAxisMask: number
}

const stridedSlice = fastKernel<{ x: TensorInfo }, StridedSliceAttributes>(
  'StridedSlice',
  ({ inputs: { x }, attrs, backend }) => {
    if (!isStored(x.dtype)) return null
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs
    const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const
    const info = slice_util.sliceInfo(x.shape, begin, end, strides, ...masks)
    if (info.isIdentity) return backend.share(x, info.finalShape)
    const steps = stridesOf(x.shape)
    return gatherView(backend, x, info.finalShape, {
      extents: slice_util.computeOutShape(info.begin, info.end, info.strides),
      strides: steps.map((step, i) => step * info.strides[i]!),
      offset: steps.reduce((sum, step, i) => sum + step * info.begin[i]!, 0),
    })
  },
)

const reverse = fastKernel<{ x: TensorInfo }, { dims: number | number[] }>(
  'Reverse',
  ({ inputs: { x }, attrs, backend }) => {
    if (!isStored(x.dtype)) return null
    if (x.shape.length === 0) return backend.share(x, x.shape)
    const strides = stridesOf(x.shape)
    let offset = 0
    for (const axis of util.parseAxisParam(attrs.dims, x.shape)) {
      offset += (x.shape[axis]! - 1) * strides[axis]!
      strides[axis]! *= -1
    }
    return gatherView(backend, x, x.shape, { extents: x.shape, strides, offset })
  },
)

const tile = fastKernel<{ x: TensorInfo }, { reps: number[] }>('Tile', ({ inputs: { x }, attrs, backend }) => {
  if (!isStored(x.dtype)) return null
  const strides = stridesOf(x.shape)
  return gatherView(
    backend,
    x,
    x.shape.map((extent, i) => extent * attrs.reps[i]!),
    {
      extents: x.shape.flatMap((extent, i) => [attrs.reps[i]!, extent]),
      strides: strides.flatMap((stride) => [0, stride]),
      offset: 0,
    },
  )
})

const depthToSpace = fastKernel<{ x: TensorInfo }, { blockSize: number; dataFormat: string }>(
  'DepthToSpace',
  ({ inputs: { x }, attrs: { blockSize: block, dataFormat }, backend }) => {
    if (!isStored(x.dtype) || dataFormat !== 'NHWC') return null
    const [batch, height, width, depth] = x.shape as [number, number, number, number]
    const channels = depth / (block * block)
    const [image, line, pixel] = stridesOf(x.shape) as [number, number, number]
    return gatherView(backend, x, [batch, height * block, width * block, channels], {
      extents: [batch, height, block, width, block, channels],
      strides: [image, line, block * channels, pixel, channels, 1],
      offset: 0,
    })
  },
)

/** The family. */
export const movementKernels: KernelConfig[] = [depthToSpace, reverse, slice, stridedSlice, tile, transpose]
