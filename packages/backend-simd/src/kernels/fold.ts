/** Maxima, minima and products over axes; code in `assembly/fold.ts`. @module */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { type AxisFold, foldAxes, partsOf, planAxes } from './axes.ts'
import { fastKernel } from './kernel.ts'
import { convert } from './views.ts'

/** Elements worth a chunk. */
const grain = 16384

/** Folds one axis of x into y by a program of `assembly/fold.ts`. */
export function foldInto(backend: SimdBackend, program: string, x: TensorInfo, y: TensorInfo, fold: AxisFold): void {
  const { outer, count, inner } = fold
  const chunks = backend.chunks(outer * count * inner, grain)
  const parts = partsOf(backend, fold, 16, grain)
  const from = backend.pointer(x)
  if (parts === 1) {
    backend.run(program, chunks, from, backend.pointer(y), outer, count, inner, 1)
    return
  }
  const partial = backend.output([outer, parts, inner], y.dtype as 'float32' | 'int32')
  const middle = backend.pointer(partial)
  backend.run(program, chunks, from, middle, outer, count, inner, parts)
  backend.run(program, 1, middle, backend.pointer(y), outer, parts, inner, 1)
  backend.disposeIntermediateTensorInfo(partial)
}

interface FoldAttributes {
  axis?: number | number[]
  reductionIndices?: number | number[]
  keepDims: boolean
}

function foldKernel(kernelName: string, float: string, integer: string): KernelConfig {
  return fastKernel<{ x: TensorInfo }, FoldAttributes>(kernelName, ({ inputs: { x }, attrs, backend }) => {
    const { dtype } = x
    if (dtype !== 'float32' && dtype !== 'int32') return null
    const plan = planAxes(x.shape, attrs.axis ?? attrs.reductionIndices, attrs.keepDims)
    const program = dtype === 'float32' ? float : integer
    return foldAxes(backend, x, dtype, plan, (from, to, step) => foldInto(backend, program, from, to, step))
  })
}

/** All or any of bool: the least or the greatest of 0 and 1. */
function logical(kernelName: string, program: string): KernelConfig {
  return fastKernel<{ x: TensorInfo }, FoldAttributes>(kernelName, ({ inputs: { x }, attrs, backend }) => {
    // The greatest of none is −2³¹, which is no 0.
    if (x.dtype !== 'bool' || x.shape.includes(0)) return null
    const plan = planAxes(x.shape, attrs.axis, attrs.keepDims)
    const numbers = convert(x, 'int32', backend)
    const folded = foldAxes(backend, numbers, 'int32', plan, (from, to, step) =>
      foldInto(backend, program, from, to, step),
    )
    const result = convert(folded, 'bool', backend)
    backend.disposeIntermediateTensorInfo(numbers)
    backend.disposeIntermediateTensorInfo(folded)
    return result
  })
}

/** The family. */
export const foldKernels: KernelConfig[] = [
  logical('All', 'foldMinI32'),
  logical('Any', 'foldMaxI32'),
  foldKernel('Max', 'foldMaxF32', 'foldMaxI32'),
  foldKernel('Min', 'foldMinF32', 'foldMinI32'),
  foldKernel('Prod', 'foldProdF32', 'foldProdI32'),
]
