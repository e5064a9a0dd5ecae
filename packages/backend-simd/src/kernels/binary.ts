/** Element-wise functions of two arguments with broadcasting; code in `assembly/binary.ts`. @module */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { planBroadcast } from './broadcast.ts'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk. */
const grain = 16384

function binary(kernelName: string, float: string, integer: string | null): KernelConfig {
  return fastKernel<{ a: TensorInfo; b: TensorInfo }>(kernelName, ({ inputs: { a, b }, backend }) => {
    const { dtype } = a
    if (dtype !== b.dtype || (dtype !== 'float32' && dtype !== 'int32')) return null
    const program = dtype === 'float32' ? float : integer
    if (program === null) return null
    const { shape, size, dimensions } = planBroadcast(a.shape, b.shape)
    const y = backend.output(shape, dtype)
    if (size === 0) return y
    const words = dimensions.flatMap(({ extent, strideA, strideB }) => [extent, strideA, strideB])
    const pointers = [backend.pointer(a), backend.pointer(b), backend.pointer(y)]
    backend.run(program, backend.chunks(size, grain), ...pointers, size, dimensions.length, ...words)
    return y
  })
}

/** The family. Integer division is left to tfjs-backend-cpu. */
export const binaryKernels: KernelConfig[] = [
  binary('Add', 'addF32', 'addI32'),
  binary('Maximum', 'maxF32', 'maxI32'),
  binary('Minimum', 'minF32', 'minI32'),
  binary('Multiply', 'mulF32', 'mulI32'),
  binary('RealDiv', 'divF32', null),
  binary('Sub', 'subF32', 'subI32'),
]
