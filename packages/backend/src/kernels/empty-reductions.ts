/** Reductions over axes that hold nothing. @module */
import { type DataType, fill, type KernelFunc, type Tensor, tidy, util } from '@tensorflow/tfjs-core'
import type { Repair } from './repair.ts'

/** The attributes of a reduction, under both names that tfjs has for its axes. */
interface Reduction {
  readonly axis?: number | number[]
  readonly reductionIndices?: number | number[]
  readonly keepDims?: boolean
}

/** What a reduction of nothing is, for inputs of a type. */
type OfNothing = (dtype: DataType) => readonly [value: number, dtype: DataType]

const ofNothing: Record<string, OfNothing> = {
  All: () => [1, 'bool'],
  Max: (dtype) => [leastOf[dtype] ?? Number.NEGATIVE_INFINITY, dtype],
  Mean: () => [Number.NaN, 'float32'],
  Min: (dtype) => [mostOf[dtype] ?? Number.POSITIVE_INFINITY, dtype],
}
const leastOf: Partial<Record<DataType, number>> = { bool: 0, int32: -(2 ** 31) }
const mostOf: Partial<Record<DataType, number>> = { bool: 1, int32: 2 ** 31 - 1 }

/**
 * For tfjs all of none is false, a mean of none 0 on cpu and wasm, an extreme of none NaN there, or 0 among integers. Here
 * all of none is true, an extreme what any number is beyond, and a mean NaN; sums, products and `any` are right.
 */
export const emptyReductions: Record<string, Repair> = Object.fromEntries(
  Object.entries(ofNothing).map(([name, value]) => [name, (original) => withNothing(original, value)]),
)

function withNothing(original: KernelFunc, nothingOf: OfNothing): KernelFunc {
  return (call) => {
    const x = call.inputs.x as Tensor
    if (!x.shape.includes(0)) return original(call)
    const { axis, reductionIndices = axis, keepDims } = call.attrs as Reduction
    const axes = util.parseAxisParam(reductionIndices!, x.shape)
    const kept = x.shape.map((length, at) => (axes.includes(at) ? 1 : length))
    const shape = keepDims ? kept : kept.filter((_, at) => !axes.includes(at))
    return tidy(() => fill(shape, ...nothingOf(x.dtype)))
  }
}
