/** Values in the memory of tfjs-backend-wasm. @module */
import type { TensorInfo } from '@tensorflow/tfjs-core'

/** What these functions need of the backend. */
export interface HeapBackend {
  typedArrayFromHeap(info: TensorInfo): ArrayLike<number>
}

/** Whether all values of an int32 tensor lie in 0…extent − 1. */
export function indicesWithin(indices: TensorInfo, extent: number, backend: HeapBackend): boolean {
  if (indices.dtype !== 'int32') return false
  const values = backend.typedArrayFromHeap(indices)
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < 0 || values[i]! >= extent) return false
  }
  return true
}

/** Whether no value of a tensor is NaN. */
export function withoutNaN(x: TensorInfo, backend: HeapBackend): boolean {
  const values = backend.typedArrayFromHeap(x)
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return false
  }
  return true
}
