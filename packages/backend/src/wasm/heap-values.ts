/** Values in the memory of tfjs-backend-wasm. @module */
import type { TensorInfo } from '@tensorflow/tfjs-core'

/** What these functions need of the backend. */
export interface HeapBackend {
  typedArrayFromHeap(info: TensorInfo): ArrayLike<number>
}

/** Whether no value of a tensor is NaN. */
export function withoutNaN(x: TensorInfo, backend: HeapBackend): boolean {
  const values = backend.typedArrayFromHeap(x)
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return false
  }
  return true
}
