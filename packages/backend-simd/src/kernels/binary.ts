/** Element-wise functions of two arguments with broadcasting; code in `assembly/binary.ts` and `compare.ts`. @module */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import type { StoredType } from '../tensor-data.ts'
import { planBroadcast } from './broadcast.ts'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk, of functions that are bound by memory, and of those that compute one at a time. */
const cheap = 16384
const slow = 512

/** The programs for arguments of each type. */
type Programs = Partial<Record<StoredType, string>>

function run(backend: SimdBackend, program: string, a: TensorInfo, b: TensorInfo, dtype: StoredType, grain: number) {
  const { shape, size, dimensions } = planBroadcast(a.shape, b.shape)
  const y = backend.output(shape, dtype)
  if (size === 0) return y
  const words = [backend.pointer(a), backend.pointer(b), backend.pointer(y), size, dimensions.length]
  for (const { extent, strideA, strideB } of dimensions) words.push(extent, strideA, strideB)
  backend.run(program, backend.chunks(size, grain), ...words)
  return y
}

/** A kernel whose result has the type of its arguments. */
function arithmetic(
  kernelName: string,
  float32: string,
  int32: string | undefined,
  grain: number = cheap,
): KernelConfig {
  return fastKernel<{ a: TensorInfo; b: TensorInfo }>(kernelName, ({ inputs: { a, b }, backend }) => {
    const { dtype } = a
    const program = dtype === 'float32' ? float32 : dtype === 'int32' ? int32 : undefined
    if (dtype !== b.dtype || program === undefined) return null
    return run(backend, program, a, b, dtype as StoredType, grain)
  })
}

/** A kernel whose result is bool. */
function comparison(kernelName: string, programs: Programs): KernelConfig {
  return fastKernel<{ a: TensorInfo; b: TensorInfo }>(kernelName, ({ inputs: { a, b }, backend }) => {
    const program = programs[a.dtype as StoredType]
    return a.dtype !== b.dtype || program === undefined ? null : run(backend, program, a, b, 'bool', cheap)
  })
}

const prelu = fastKernel<{ x: TensorInfo; alpha: TensorInfo }>('Prelu', ({ inputs: { x, alpha }, backend }) => {
  if (x.dtype !== 'float32' || alpha.dtype !== 'float32') return null
  return run(backend, 'preluF32', x, alpha, 'float32', cheap)
})

const eluGrad = fastKernel<{ dy: TensorInfo; y: TensorInfo }>('EluGrad', ({ inputs: { dy, y }, backend }) => {
  if (dy.dtype !== 'float32' || y.dtype !== 'float32') return null
  return run(backend, 'eluGradF32', dy, y, 'float32', cheap)
})

/** The family. Integer division, remainders and powers are left to tfjs-backend-cpu. */
export const binaryKernels: KernelConfig[] = [
  arithmetic('Add', 'addF32', 'addI32'),
  arithmetic('Atan2', 'atan2F32', undefined, slow),
  arithmetic('Maximum', 'maxF32', 'maxI32'),
  arithmetic('Minimum', 'minF32', 'minI32'),
  arithmetic('Mod', 'modF32', undefined, slow),
  arithmetic('Multiply', 'mulF32', 'mulI32'),
  arithmetic('Pow', 'powF32', undefined, slow),
  arithmetic('RealDiv', 'divF32', undefined),
  arithmetic('SquaredDifference', 'squaredDifferenceF32', 'squaredDifferenceI32'),
  arithmetic('Sub', 'subF32', 'subI32'),
  comparison('Equal', { float32: 'equalF32', int32: 'equalI32', bool: 'equalBool' }),
  comparison('Greater', { float32: 'greaterF32', int32: 'greaterI32' }),
  comparison('GreaterEqual', { float32: 'greaterEqualF32', int32: 'greaterEqualI32' }),
  comparison('Less', { float32: 'lessF32', int32: 'lessI32' }),
  comparison('LessEqual', { float32: 'lessEqualF32', int32: 'lessEqualI32' }),
  comparison('LogicalAnd', { bool: 'andBool' }),
  comparison('LogicalOr', { bool: 'orBool' }),
  comparison('NotEqual', { float32: 'notEqualF32', int32: 'notEqualI32', bool: 'notEqualBool' }),
  eluGrad,
  prelu,
]
