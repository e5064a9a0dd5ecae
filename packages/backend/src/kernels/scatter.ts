/** tensorScatterUpdate without harm to its input. @module */
import type { KernelBackend, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'

/**
 * Wraps a `TensorScatterUpdate` that writes its result into the values of its input (tfjs-backend-cpu): it gets a copy,
 * and what it returns is then the copy.
 */
export function withCopiedTensor(original: KernelFunc): KernelFunc {
  return (call) => {
    const backend = call.backend as KernelBackend
    const tensor = call.inputs.tensor as TensorInfo
    const { shape, dtype } = tensor
    const values = backend.readSync(tensor.dataId)
    const copy: TensorInfo = { dataId: backend.write(values.slice(), shape, dtype), shape, dtype }
    const result = original({ ...call, inputs: { ...call.inputs, tensor: copy } })
    backend.disposeData(copy.dataId)
    return result
  }
}
