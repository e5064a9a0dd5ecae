/** What the backend knows of one data id. @module */
import { type backend_util, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { simdError } from './errors.ts'
import type { Heap } from './memory.ts'

/** The parts of a complex tensor, as tfjs-backend-cpu's kernels expect them. */
export interface ComplexInfos {
  real: TensorInfo
  imag: TensorInfo
}

/** The types that live in WebAssembly memory. Booleans take one byte an element, as in tfjs-backend-cpu. */
export type StoredType = 'float32' | 'int32' | 'bool'

/** Whether tensors of a type live in WebAssembly memory. */
export function isStored(dtype: DataType): dtype is StoredType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool'
}

/**
 * Refuses values that are not as many as the shape says. tfjs-core lets them through where it takes the shape from the
 * nesting of an array: of an array of tensors it finds no values at all, of rows of different lengths too few or too many.
 */
export function assertSize(count: number, shape: readonly number[], dtype: DataType): void {
  // A complex number is two values, one after the other.
  const size = util.sizeFromShape([...shape]) * (dtype === 'complex64' ? 2 : 1)
  if (count === size) return
  throw simdError(
    'shape',
    `backend-simd.write: expected ${size} values for a tensor of shape [${shape.join(', ')}], got ${count}; pass rows of one length, and join tensors by tf.stack or tf.concat`,
    { details: { shape, expected: size, got: count } },
  )
}

/** Bytes of one element in memory. */
export function bytesPerElement(dtype: StoredType): number {
  return dtype === 'bool' ? 1 : 4
}

/** A view of memory with the type's elements. It dies when the memory grows. */
export function viewOf(
  heap: Heap,
  pointer: number,
  size: number,
  dtype: StoredType,
): Float32Array | Int32Array | Uint8Array {
  const { u8, f32, i32 } = heap.views()
  if (dtype === 'bool') return u8.subarray(pointer, pointer + size)
  return (dtype === 'int32' ? i32 : f32).subarray(pointer / 4, pointer / 4 + size)
}

/**
 * Data in memory (`pointer` ≠ 0) or on the JavaScript side: strings, complex numbers, and what kernels of
 * tfjs-backend-cpu have made until one of ours needs it. `values` is the member those kernels read.
 */
export class TensorData {
  refCount = 1
  complexTensorInfos?: ComplexInfos
  pointer = 0
  readonly dtype: DataType
  readonly size: number
  private readonly heap: Heap
  private converted: TensorData | undefined
  private held: backend_util.BackendValues | undefined

  constructor(heap: Heap, dtype: DataType, size: number) {
    this.heap = heap
    this.dtype = dtype
    this.size = size
  }

  get values(): backend_util.BackendValues {
    if (this.pointer !== 0) return viewOf(this.heap, this.pointer, this.size, this.dtype as StoredType)
    return this.held as backend_util.BackendValues
  }

  set values(values: backend_util.BackendValues) {
    this.held = values
  }

  /** Moves the values into memory, converting them to the type's elements. */
  store(): void {
    if (this.pointer !== 0 || !isStored(this.dtype)) return
    const values = this.held as ArrayLike<number> | undefined
    this.allocate()
    if (values) viewOf(this.heap, this.pointer, this.size, this.dtype).set(values)
    this.held = undefined
  }

  /** Takes room in memory, contents undefined. */
  allocate(): void {
    this.pointer = this.heap.alloc(this.size * bytesPerElement(this.dtype as StoredType))
  }

  /**
   * Where the elements begin, as elements of a type. Another type than the data's own is rare: tensors that tfjs-backend-cpu
   * made share int32 data under float32, and keep doing so when they move here. They get a converted copy.
   */
  pointerAs(dtype: StoredType): number {
    if (dtype === this.dtype) {
      this.store()
      return this.pointer
    }
    if (!this.converted) {
      this.converted = new TensorData(this.heap, dtype, this.size)
      this.converted.values = (this.values as Float32Array).slice()
    }
    return this.converted.pointerAs(dtype)
  }

  release(): void {
    this.converted?.release()
    if (this.pointer !== 0) this.heap.free(this.pointer)
    this.pointer = 0
  }
}
