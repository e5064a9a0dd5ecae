/** Sums, means and squared norms of float32; code in `assembly/sum.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { type AxisFold, foldAxes, partsOf, planAxes } from './axes.ts'
import { foldInto } from './fold.ts'
import { genKernel } from './gen-kernel.ts'
import { fastKernel } from './kernel.ts'
import { cast } from './views.ts'

/** Elements worth a chunk. */
const grain = 16384

interface SumAttributes {
  axis: number | number[]
  keepDims: boolean
}

/** Sums one axis of x into y, multiplied by a factor. */
function sumInto(backend: SimdBackend, x: TensorInfo, y: TensorInfo, fold: AxisFold, factor: number): void {
  const { outer, count, inner } = fold
  const chunks = backend.chunks(outer * count * inner, grain)
  const parts = partsOf(backend, fold, 32, grain)
  const scale = floatBits(factor)
  const [from, to] = [backend.pointer(x), backend.pointer(y)]
  if (parts === 1) {
    if (inner === 1) backend.run('sumOfRows', chunks, from, to, outer, count, 1, scale)
    else {
      backend.scratch(256, (scratch) => {
        backend.run('sumOfColumns', chunks, from, to, outer, count, inner, 1, scale, scratch)
      })
    }
    return
  }
  // Partial sums are float64.
  const partial = backend.output([2 * parts * outer * inner], 'float32')
  const sums = backend.pointer(partial)
  if (inner === 1) {
    backend.run('sumOfRows', chunks, from, sums, outer, count, parts, scale)
    backend.run('sumOfParts', 1, sums, to, outer, parts, scale)
  } else {
    backend.run('sumOfColumns', chunks, from, sums, outer, count, inner, parts, scale, 0)
    backend.run('sumOfColumnParts', backend.chunks(outer * inner * parts, grain), sums, to, outer * inner, parts, scale)
  }
  backend.disposeIntermediateTensorInfo(partial)
}

function sumFloat(backend: SimdBackend, x: TensorInfo, { axis, keepDims }: SumAttributes, mean: boolean): TensorInfo {
  const plan = planAxes(x.shape, axis, keepDims)
  return foldAxes(backend, x, 'float32', plan, (from, to, step, last) =>
    sumInto(backend, from, to, step, mean && last ? 1 / plan.count : 1),
  )
}

const sum = fastKernel<{ x: TensorInfo }, SumAttributes>('Sum', ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype === 'float32') return sumFloat(backend, x, attrs, false)
  if (x.dtype !== 'int32') return null
  const plan = planAxes(x.shape, attrs.axis, attrs.keepDims)
  return foldAxes(backend, x, 'int32', plan, (from, to, step) => foldInto(backend, 'foldSumI32', from, to, step))
})

const mean = fastKernel<{ x: TensorInfo }, SumAttributes>('Mean', ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype === 'float32') return sumFloat(backend, x, attrs, true)
  const floats = cast(x, 'float32', backend)
  if (floats === null) return null
  const result = sumFloat(backend, floats, attrs, true)
  backend.disposeIntermediateTensorInfo(floats)
  return result
})

/** As many tensors as fit into the words of one call, with room to spare. */
const tensorsPerCall = 700

/** `[x0, x1, …]` → `[n]`: Σ x² of each. */
const squaredNorms = genKernel<Record<string, TensorInfo>>(
  'GenSquaredNorms',
  () => undefined,
  ({ inputs, backend }) => {
    const tensors = Object.keys(inputs).map((_, i) => inputs[`x${i}`]!)
    const y = backend.output([tensors.length], 'float32')
    for (let first = 0; first < tensors.length; first += tensorsPerCall) {
      normsInto(backend, tensors.slice(first, first + tensorsPerCall), backend.pointer(y) + 4 * first)
    }
    return y
  },
)

function normsInto(backend: SimdBackend, tensors: TensorInfo[], y: number): void {
  const sizes = tensors.map(({ shape }) => util.sizeFromShape(shape))
  const counts = sizes.map((size) => Math.max(1, Math.ceil(size / grain)))
  let tasks = 0
  const firsts = counts.map((count) => {
    tasks += count
    return tasks - count
  })
  const partial = backend.output([2 * tasks], 'float32')
  const sums = backend.pointer(partial)
  const words = tensors.flatMap((x, i) => [backend.pointer(x), sizes[i]!, firsts[i]!, counts[i]!])
  const work = sizes.reduce((total, size) => total + size, 0)
  const chunks = Math.min(tasks, backend.chunks(work, grain))
  backend.run('squaredNormParts', chunks, sums, tensors.length, tasks, ...words)
  backend.run('squaredNormSums', 1, sums, y, tensors.length, ...firsts.flatMap((from, i) => [from, counts[i]!]))
  backend.disposeIntermediateTensorInfo(partial)
}

/** The family. */
export const sumKernels: KernelConfig[] = [mean, squaredNorms, sum]
