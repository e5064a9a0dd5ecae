/** Running sums and products, and positions of extremes, along an axis; code in `assembly/scan.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk. */
const grain = 8192

interface ScanAttributes {
  axis: number
  exclusive: boolean
  reverse: boolean
}

function extentsAround(shape: number[], axis: number): { outer: number; count: number; inner: number } {
  const index = util.parseAxisParam(axis, shape)[0]!
  const outer = util.sizeFromShape(shape.slice(0, index))
  return { outer, count: shape[index]!, inner: util.sizeFromShape(shape.slice(index + 1)) }
}

function scan(kernelName: string, float: string, integer: string): KernelConfig {
  return fastKernel<{ x: TensorInfo }, ScanAttributes>(kernelName, ({ inputs: { x }, attrs, backend }) => {
    const { dtype } = x
    if ((dtype !== 'float32' && dtype !== 'int32') || x.shape.length === 0) return null
    const { outer, count, inner } = extentsAround(x.shape, attrs.axis)
    const y = backend.output(x.shape, dtype)
    const words = [outer, count, inner, attrs.exclusive ? 1 : 0, attrs.reverse ? 1 : 0]
    const chunks = backend.chunks(outer * count * inner, grain)
    backend.run(dtype === 'float32' ? float : integer, chunks, backend.pointer(x), backend.pointer(y), ...words)
    return y
  })
}

function position(kernelName: string, float: string, integer: string): KernelConfig {
  return fastKernel<{ x: TensorInfo }, { axis: number }>(kernelName, ({ inputs: { x }, attrs, backend }) => {
    const { dtype } = x
    if ((dtype !== 'float32' && dtype !== 'int32') || x.shape.length === 0) return null
    const { outer, count, inner } = extentsAround(x.shape, attrs.axis)
    if (count === 0) return null
    const index = util.parseAxisParam(attrs.axis, x.shape)[0]
    const y = backend.output(
      x.shape.filter((_, i) => i !== index),
      'int32',
    )
    const chunks = backend.chunks(outer * count * inner, grain)
    const program = dtype === 'float32' ? float : integer
    backend.run(program, chunks, backend.pointer(x), backend.pointer(y), outer, count, inner)
    return y
  })
}

/** The family. */
export const scanKernels: KernelConfig[] = [
  position('ArgMax', 'argMaxF32', 'argMaxI32'),
  position('ArgMin', 'argMinF32', 'argMinI32'),
  scan('Cumprod', 'cumprodF32', 'cumprodI32'),
  scan('Cumsum', 'cumsumF32', 'cumsumI32'),
]
