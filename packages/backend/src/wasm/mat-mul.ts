/** Matrix products on tfjs-backend-wasm without its transpose flags, which are 8 to 32 times slower than transposing. @module */
import { getKernel, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core'

interface Disposer {
  disposeData(dataId: object): boolean
}

/** Makes a BatchMatMul or _FusedMatMul kernel that transposes its arguments first. */
export function withoutTransposeFlags(original: KernelFunc): KernelFunc {
  return (call) => {
    const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean }
    if (!transposeA && !transposeB) return original(call)
    const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo }
    const left = transposeA ? transposed(a, call.backend) : a
    const right = transposeB ? transposed(b, call.backend) : b
    const inputs = { ...call.inputs, a: left, b: right }
    const result = original({ ...call, inputs, attrs: { ...call.attrs, transposeA: false, transposeB: false } })
    const { disposeData } = call.backend as Disposer
    if (left !== a) disposeData.call(call.backend, left.dataId)
    if (right !== b) disposeData.call(call.backend, right.dataId)
    return result
  }
}

function transposed(x: TensorInfo, backend: object): TensorInfo {
  const rank = x.shape.length
  const perm = x.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i))
  const { kernelFunc } = getKernel('Transpose', 'wasm')
  return kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo
}
