/** Kernels that give the same data another shape or type: no copy, except where the bytes differ. @module */
import { type DataType, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { isStored, type StoredType } from '../tensor-data.ts'
import { fastKernel } from './kernel.ts'

const grain = 16384

/** tfjs-backend-cpu shares the data for the widening ones, which memory with typed elements cannot. */
const casts: Record<string, string> = {
  'bool float32': 'castBoolToF32',
  'bool int32': 'castBoolToI32',
  'float32 bool': 'castF32ToBool',
  'float32 int32': 'castF32ToI32',
  'int32 bool': 'castI32ToBool',
  'int32 float32': 'castI32ToF32',
}

/** Converts between two different stored types. */
export function convert(x: TensorInfo, dtype: StoredType, backend: SimdBackend): TensorInfo {
  const y = backend.output(x.shape, dtype)
  const size = util.sizeFromShape(x.shape)
  const chunks = backend.chunks(size, grain)
  backend.run(casts[`${x.dtype} ${dtype}`]!, chunks, backend.pointer(x), backend.pointer(y), size)
  return y
}

/** Casts, sharing the data when the type is the same; null where tfjs-backend-cpu does it (strings, complex). */
export function cast(x: TensorInfo, dtype: DataType, backend: SimdBackend): TensorInfo | null {
  if (x.dtype === dtype) return backend.share(x, x.shape)
  const known = casts[`${x.dtype} ${dtype}`] !== undefined
  return known ? convert(x, dtype as StoredType, backend) : null
}

const castKernel = fastKernel<{ x: TensorInfo }, { dtype: DataType }>('Cast', ({ inputs: { x }, attrs, backend }) =>
  cast(x, attrs.dtype, backend),
)

const identity = fastKernel<{ x: TensorInfo }>('Identity', ({ inputs: { x }, backend }) => backend.share(x, x.shape))

const reshape = fastKernel<{ x: TensorInfo }, { shape: number[] }>('Reshape', ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype === 'complex64') return null
  const size = util.sizeFromShape(x.shape)
  const shape = util.inferFromImplicitShape(attrs.shape, size)
  const fits = util.sizeFromShape(shape) === size
  util.assert(fits, () => `reshape: expected ${size} elements (shape [${x.shape}]), got shape [${shape}]`)
  return backend.share(x, shape)
})

const expandDims = fastKernel<{ input: TensorInfo }, { dim: number }>(
  'ExpandDims',
  ({ inputs: { input }, attrs: { dim }, backend }) => {
    if (input.dtype === 'complex64') return null
    const { shape } = input
    const axis = dim < 0 ? dim + shape.length + 1 : dim
    const fits = axis >= 0 && axis <= shape.length
    util.assert(fits, () => `expandDims: expected an axis in [${-(shape.length + 1)}, ${shape.length}], got ${dim}`)
    return backend.share(input, [...shape.slice(0, axis), 1, ...shape.slice(axis)])
  },
)

/** A new tensor with one value everywhere. */
export function filled(backend: SimdBackend, shape: number[], value: number, dtype: StoredType): TensorInfo {
  const y = backend.output(shape, dtype)
  const size = util.sizeFromShape(shape)
  const program = dtype === 'bool' ? 'fill8' : 'fill32'
  const bits = dtype === 'float32' ? floatBits(value) : value
  backend.run(program, backend.chunks(size, grain), backend.pointer(y), bits, size)
  return y
}

const fill = fastKernel<object, { shape: number[]; value: number | string; dtype?: DataType }>(
  'Fill',
  ({ attrs: { shape, value, dtype }, backend }) => {
    const type = dtype ?? util.inferDtype(value)
    return isStored(type) ? filled(backend, shape, Number(value), type) : null
  },
)

function like(kernelName: string, value: number): KernelConfig {
  return fastKernel<{ x: TensorInfo }>(kernelName, ({ inputs: { x }, backend }) =>
    isStored(x.dtype) ? filled(backend, x.shape, value, x.dtype) : null,
  )
}

/** The family. */
export const viewKernels: KernelConfig[] = [
  castKernel,
  expandDims,
  fill,
  identity,
  like('OnesLike', 1),
  like('ZerosLike', 0),
  reshape,
]
