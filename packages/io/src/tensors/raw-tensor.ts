/** Tensors as files hold them: an element type, a shape, and little-endian bytes. @module */
import { refusal } from '@gen/backend'
import { Tensor, type TypedArray } from '@tensorflow/tfjs-core'
import { byteLength, type Dtype, isDtype, maxRank } from './dtype.ts'

/** A tensor as a file holds it: row-major, little-endian; what safetensors and npy readers give and writers take. */
export interface RawTensor {
  /** Element type by its safetensors name: `'F32'`, `'I64'`, `'BOOL'`, … */
  readonly dtype: Dtype
  /** Dimensions; `[]` is a scalar. */
  readonly shape: readonly number[]
  /** The elements: row-major, little-endian, no padding. May be a view into the file that was read. */
  readonly data: Uint8Array
}

const fileType: Readonly<Record<string, Dtype>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' }

/**
 * Reads a tensor's values back as a {@link RawTensor}, without blocking the device; what is raw stays as it is. Use it before an encoder on WebGPU.
 *
 * @throws GenError `value` for a string or complex tensor.
 * @example
 * const weights = await readRaw(tensor1d([1, 2]))
 * encodeSafetensors({ weights })
 */
export async function readRaw(tensor: Tensor | RawTensor): Promise<RawTensor> {
  if (!(tensor instanceof Tensor)) return tensor
  const dtype = fileDtype('io.readRaw', tensor)
  // A copy: some backends answer with their own memory.
  return { dtype, shape: tensor.shape, data: bytesOf(await tensor.data()).slice() }
}

/** The raw form of a tensor or of what is raw already, checked. Blocks until the device has answered. */
export function toRaw(where: string, name: string, tensor: Tensor | RawTensor): RawTensor {
  if (tensor instanceof Tensor) {
    return { dtype: fileDtype(where, tensor), shape: tensor.shape, data: bytesOf(tensor.dataSync()) }
  }
  if (!isDtype(tensor.dtype)) {
    throw refusal('value', where, { expected: `${name} to have a safetensors dtype`, got: String(tensor.dtype) })
  }
  if (tensor.shape.length > maxRank) {
    throw refusal('shape', where, {
      expected: `${name} to have at most ${maxRank} dimensions`,
      got: tensor.shape.length,
    })
  }
  const expected = byteLength(tensor.dtype, tensor.shape)
  if (expected !== tensor.data.length) {
    throw refusal('shape', where, {
      expected: `${name} (${tensor.dtype} [${tensor.shape}]) to hold ${expected ?? 'a whole number of'} bytes`,
      got: tensor.data.length,
    })
  }
  return tensor
}

function fileDtype(where: string, tensor: Tensor): Dtype {
  const dtype = fileType[tensor.dtype]
  if (!dtype) {
    throw refusal('value', where, { expected: 'a float32, int32 or bool tensor', got: tensor.dtype })
  }
  return dtype
}

function bytesOf(values: TypedArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
