/** Joining and splitting along an axis, and padding; code in `assembly/concat.ts`. @module */
import { backend_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { bytesPerElement, isStored, type StoredType } from '../tensor-data.ts'
import { fastKernel } from './kernel.ts'
import { copyStrided, stridesOf } from './strides.ts'

/** Bytes worth a chunk. */
const grain = 65536
/** As many parts as fit into the words of one call, with room to spare. */
const maximumParts = 1024

/** Copies between a tensor, seen as a matrix of `rows`, and the parts that its columns are cut into. */
function moveParts(backend: SimdBackend, program: string, whole: TensorInfo, rows: number, parts: TensorInfo[]): void {
  const width = bytesPerElement(whole.dtype as StoredType)
  const bytes = util.sizeFromShape(whole.shape) * width
  if (bytes === 0) return
  const words = parts.flatMap((part) => [backend.pointer(part), (util.sizeFromShape(part.shape) / rows) * width])
  backend.run(program, backend.chunks(bytes, grain), backend.pointer(whole), rows, bytes / rows, parts.length, ...words)
}

function rowsAbove(shape: number[], axis: number): number {
  return util.sizeFromShape(shape.slice(0, axis))
}

const concat = fastKernel<TensorInfo[], { axis: number }>('Concat', ({ inputs, attrs, backend }) => {
  const { dtype, shape } = inputs[0]!
  const axis = util.parseAxisParam(attrs.axis, shape)[0]!
  if (!isStored(dtype) || inputs.some((input) => input.dtype !== dtype)) return null
  const shapes = inputs.map((input) => input.shape)
  backend_util.assertParamsConsistent(shapes, axis)
  const parts = inputs.filter((input) => util.sizeFromShape(input.shape) > 0)
  if (parts.length > maximumParts) return null
  if (parts.length === 1) return backend.share(parts[0]!, parts[0]!.shape)
  const y = backend.output(backend_util.computeOutShape(shapes, axis), dtype)
  moveParts(backend, 'concatBytes', y, rowsAbove(shape, axis), parts)
  return y
})

const pack = fastKernel<TensorInfo[], { axis: number }>('Pack', ({ inputs, attrs, backend }) => {
  const { dtype, shape } = inputs[0]!
  const fits = inputs.every((input) => input.dtype === dtype && util.arraysEqual(input.shape, shape))
  if (!isStored(dtype) || !fits || inputs.length > maximumParts) return null
  const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis
  const y = backend.output([...shape.slice(0, axis), inputs.length, ...shape.slice(axis)], dtype)
  moveParts(backend, 'concatBytes', y, rowsAbove(shape, axis), inputs)
  return y
})

/** Cuts x along an axis into new tensors of given extents, or, with `drop`, of extent 1 and without the axis. */
function split(backend: SimdBackend, x: TensorInfo, axis: number, extents: number[], drop: boolean): TensorInfo[] {
  const shapes = extents.map((extent) => [
    ...x.shape.slice(0, axis),
    ...(drop ? [] : [extent]),
    ...x.shape.slice(axis + 1),
  ])
  const parts = shapes.map((shape) => backend.output(shape, x.dtype as StoredType))
  moveParts(backend, 'splitBytes', x, rowsAbove(x.shape, axis), parts)
  return parts
}

const splitV = fastKernel<{ x: TensorInfo }, { numOrSizeSplits: number | number[]; axis: number }>(
  'SplitV',
  ({ inputs: { x }, attrs, backend }) => {
    if (!isStored(x.dtype)) return null
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!
    const extents = backend_util.prepareSplitSize(x as never, attrs.numOrSizeSplits, axis)
    return extents.length > maximumParts ? null : split(backend, x, axis, extents, false)
  },
)

const unpack = fastKernel<{ value: TensorInfo }, { axis: number }>(
  'Unpack',
  ({ inputs: { value }, attrs, backend }) => {
    const axis = attrs.axis < 0 ? attrs.axis + value.shape.length : attrs.axis
    const count = value.shape[axis]!
    if (!isStored(value.dtype) || count > maximumParts) return null
    return split(backend, value, axis, new Array<number>(count).fill(1), true)
  },
)

const padV2 = fastKernel<{ x: TensorInfo }, { paddings: [number, number][]; constantValue: number }>(
  'PadV2',
  ({ inputs: { x }, attrs: { paddings, constantValue }, backend }) => {
    const { dtype, shape } = x
    if (!isStored(dtype) || shape.length === 0 || paddings.some(([before, after]) => before < 0 || after < 0))
      return null
    const y = backend.output(
      shape.map((extent, i) => paddings[i]![0] + extent + paddings[i]![1]),
      dtype,
    )
    const bytes = util.sizeFromShape(y.shape) * bytesPerElement(dtype)
    if (bytes === 0) return y
    const words = joinPadded(shape, paddings)
    const value = dtype === 'float32' ? floatBits(constantValue) : constantValue
    const head = [backend.pointer(x), backend.pointer(y), value, bytesPerElement(dtype), words.length / 4]
    backend.run('padRows', backend.chunks(bytes, grain), ...head, ...words)
    return y
  },
)

/** Dimensions that are not padded joined to the one outside; per dimension: extent in y, before, extent in x, stride. */
function joinPadded(shape: number[], paddings: [number, number][]): number[] {
  const words: number[] = []
  let inner = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    const [before, after] = paddings[i]!
    const extent = shape[i]! * inner
    if (before === 0 && after === 0 && i > 0) {
      inner = extent
      continue
    }
    const stride = words.length === 0 ? 1 : words[2]! * words[3]!
    words.unshift((before + after) * inner + extent, before * inner, extent, stride)
    inner = 1
  }
  return words
}

const mirrorPad = fastKernel<{ x: TensorInfo }, { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>(
  'MirrorPad',
  ({ inputs: { x }, attrs: { paddings, mode }, backend }) => {
    if (!isStored(x.dtype)) return null
    let padded = backend.share(x, x.shape)
    for (const [axis, padding] of paddings.entries()) {
      if (padding[0] === 0 && padding[1] === 0) continue
      const next = mirrorAxis(backend, padded, axis, padding, mode === 'reflect' ? 1 : 0)
      backend.disposeIntermediateTensorInfo(padded)
      padded = next
    }
    return padded
  },
)

/** Pads one axis: a copy of x, and a reversed copy of its edge on either side. `skip`: 1 leaves the edge itself out. */
function mirrorAxis(
  backend: SimdBackend,
  x: TensorInfo,
  axis: number,
  [before, after]: [number, number],
  skip: number,
): TensorInfo {
  const dtype = x.dtype as StoredType
  const width = bytesPerElement(dtype)
  const extent = x.shape[axis]!
  const shape = x.shape.map((size, i) => (i === axis ? before + size + after : size))
  const y = backend.output(shape, dtype)
  const stridesX = stridesOf(x.shape)
  const stridesY = stridesOf(shape)
  const backwards = stridesX.map((stride, i) => (i === axis ? -stride : stride))
  const place = (count: number, from: number, to: number, strides: number[]) =>
    copyStrided(backend, {
      dtype,
      x: backend.pointer(x) + from * stridesX[axis]! * width,
      y: backend.pointer(y) + to * stridesY[axis]! * width,
      extents: x.shape.map((size, i) => (i === axis ? count : size)),
      stridesX: strides,
      stridesY,
    })
  place(before, before - 1 + skip, 0, backwards)
  place(extent, 0, before, stridesX)
  place(after, extent - 1 - skip, before + extent, backwards)
  return y
}

/** The family. */
export const concatKernels: KernelConfig[] = [concat, mirrorPad, pack, padV2, splitV, unpack]
