/** From file tensors to arrays and to tensors on the device. @module */
import { type GenError, refusal } from '@gen/backend'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { minifloatTable } from '../safetensors/minifloat.ts'
import type { Dtype } from './dtype.ts'
import { type RawTensor, toRaw } from './raw-tensor.ts'

/** The arrays that hold a file's elements without loss. */
export type RawArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

type ArrayMaker = {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, offset: number, n: number): RawArray
}

const arrays: Partial<Record<Dtype, ArrayMaker>> = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  I16: Int16Array,
  U16: Uint16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  F8_E5M2: Uint8Array,
  F8_E4M3: Uint8Array,
  F8_E8M0: Uint8Array,
  F8_E4M3FNUZ: Uint8Array,
  F8_E5M2FNUZ: Uint8Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
}

/**
 * The elements of a file tensor as the typed array that holds them exactly: F16, BF16 and the 8-bit floats become
 * `Float32Array`, BOOL `Uint8Array`, 64-bit integers big-integer arrays. A view of the file's bytes where it can be, so do
 * not write to it.
 *
 * @throws GenError `value` for C64, F4 and F6; `shape` when the bytes do not fit the shape.
 * @example
 * const labels = toArray(decodeNpy(await readFile('labels.npy')))
 */
export function toArray(raw: RawTensor): RawArray {
  return read('io.toArray', raw)
}

/**
 * Puts a file tensor on the device. Floats become float32, integers int32, BOOL bool.
 *
 * F64 is rounded to float32; everything else is exact, or refused: 32 and 64 bit integers outside int32, and finite F64
 * values outside float32's range.
 *
 * @throws GenError `value` for an element type or a value that tensors cannot hold; `shape` when the bytes do not fit.
 * @example
 * const { tensors } = decodeSafetensors(await readFile('model.safetensors'))
 * const weights = Object.entries(tensors).map(([name, raw]) => [name, toTensor(raw)])
 */
export function toTensor(raw: RawTensor): Tensor {
  const values = read('io.toTensor', raw)
  const shape = [...raw.shape]
  if (raw.dtype === 'BOOL')
    return tensor(
      (values as Uint8Array).map((value) => (value === 0 ? 0 : 1)),
      shape,
      'bool',
    )
  if (values instanceof Float32Array) return tensor(values.slice(), shape, 'float32')
  if (values instanceof Float64Array) return tensor(narrow(values), shape, 'float32')
  return tensor(toInt32(values), shape, 'int32')
}

function read(where: string, raw: RawTensor): RawArray {
  const { dtype, data } = toRaw(where, 'tensor', raw)
  const maker = arrays[dtype]
  if (!maker) {
    throw refusal('value', where, {
      expected: 'an element type of 8 bits or more that is real',
      got: dtype,
      remedy: 'convert it first',
    })
  }
  const size = maker.BYTES_PER_ELEMENT
  const aligned = data.byteOffset % size === 0 ? data : data.slice()
  const values = new maker(aligned.buffer, aligned.byteOffset, data.length / size)
  const table = minifloatTable(dtype)
  return table ? lookUp(table, values as Uint8Array | Uint16Array) : values
}

function lookUp(table: Float32Array, patterns: Uint8Array | Uint16Array): Float32Array {
  const values = new Float32Array(patterns.length)
  for (let i = 0; i < values.length; i++) values[i] = table[patterns[i] as number] as number
  return values
}

function narrow(values: Float64Array): Float32Array {
  const narrowed = Float32Array.from(values)
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]) && !Number.isFinite(narrowed[i])) {
      throw outside('numbers within float32', `${values[i]} at element ${i}`)
    }
  }
  return narrowed
}

function toInt32(values: Exclude<RawArray, Float32Array | Float64Array>): Int32Array {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as bigint
      if (BigInt.asIntN(32, value) !== value) throw outside('integers within int32', `${value} at element ${i}`)
    }
    return Int32Array.from(values as BigInt64Array, Number)
  }
  if (values instanceof Uint32Array) {
    const wide = values.findIndex((value) => value > 0x7fffffff)
    if (wide >= 0) throw outside('integers within int32', `${values[wide]} at element ${wide}`)
  }
  return Int32Array.from(values)
}

function outside(expected: string, got: string): GenError {
  return refusal('value', 'io.toTensor', { expected, got, remedy: 'read them with io.toArray' })
}
