/** Kernels that give the same data another shape or type: no copy, except where the bytes differ. @module */
import { type DataType, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { fastKernel } from './kernel.ts'

const grain = 16384

/** The widening casts. tfjs-backend-cpu shares the data for these, which memory with typed elements cannot. */
const casts: Record<string, string> = {
  'bool float32': 'castBoolToF32',
  'bool int32': 'castBoolToI32',
  'int32 float32': 'castI32ToF32',
}

/** Casts, sharing the data when the type is the same; null where tfjs-backend-cpu does it (narrowing, complex). */
export function cast(x: TensorInfo, dtype: DataType, backend: SimdBackend): TensorInfo | null {
  if (x.dtype === dtype) return backend.share(x, x.shape)
  const program = casts[`${x.dtype} ${dtype}`]
  if (program === undefined) return null
  const y = backend.output(x.shape, dtype as 'float32' | 'int32')
  const size = util.sizeFromShape(x.shape)
  backend.run(program, backend.chunks(size, grain), backend.pointer(x), backend.pointer(y), size)
  return y
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

/** The family. */
export const viewKernels: KernelConfig[] = [castKernel, identity, reshape]
