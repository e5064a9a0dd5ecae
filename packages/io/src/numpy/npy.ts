/** NumPy's npy format, read and written. @module */
import { refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type RawTensor, toRaw } from '../tensors/raw-tensor.ts'
import { npyCodes, parseNpyHeader } from './npy-header.ts'

/**
 * Reads an npy file (versions 1 to 3) of booleans, integers, floats or complex64; Fortran order and big-endian files come
 * out row-major and little-endian. Without need for that, `data` is a view into `bytes`.
 *
 * @throws GenError `file` for damaged or truncated files and for element types such as strings, objects and records.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * const x = toTensor(decodeNpy(await readFile('x.npy')))
 */
export function decodeNpy(bytes: Uint8Array): RawTensor {
  return readNpy('io.decodeNpy', bytes)
}

/**
 * Writes an npy file, byte for byte as `numpy.save` does.
 *
 * @param tensor A float32, int32 or bool tensor, or a raw one.
 * @throws GenError `value` for element types that NumPy lacks (BF16 and smaller); `shape` when raw bytes do not fit.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * await writeFile('x.npy', encodeNpy(tensor2d([[1, 2], [3, 4]])))
 */
export function encodeNpy(tensor: Tensor | RawTensor): Uint8Array {
  const where = 'io.encodeNpy'
  const { dtype, shape, data } = toRaw(where, 'tensor', tensor)
  const code = npyCodes[dtype]
  if (!code)
    throw refusal('value', where, {
      expected: 'an element type that NumPy has',
      got: dtype,
      remedy: 'convert it to F32',
    })
  const descr = `${code.endsWith('1') ? '|' : '<'}${code}`
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`
  // NumPy leaves room for the first dimension to grow to 20 digits in place, then aligns the data to 64 bytes.
  const growth = ' '.repeat(shape.length > 0 ? 21 - String(shape[0]).length : 0)
  const unpadded = 10 + dictionary.length + growth.length + 1
  const text = `${dictionary}${growth}${' '.repeat((64 - (unpadded % 64)) % 64)}\n`
  const file = new Uint8Array(10 + text.length + data.length)
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 0xff, text.length >> 8])
  file.set(new TextEncoder().encode(text), 10)
  file.set(data, 10 + text.length)
  return file
}

/** {@link decodeNpy} for a caller with another name. */
export function readNpy(where: string, bytes: Uint8Array): RawTensor {
  const { dtype, shape, fortranOrder, bigEndian, dataStart } = parseNpyHeader(where, bytes)
  const size = Number((npyCodes[dtype] as string).slice(1))
  let data = bytes.subarray(dataStart)
  if (bigEndian && size > 1) data = swapBytes(data, dtype === 'C64' ? 4 : size)
  if (fortranOrder && shape.length > 1) data = toRowMajor(data, shape, size)
  return { dtype, shape, data }
}

function swapBytes(data: Uint8Array, size: number): Uint8Array {
  const swapped = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) swapped[i] = data[i - (i % size) + size - 1 - (i % size)] as number
  return swapped
}

/** Walks the elements in row-major order and fetches each from its place in column-major order. */
function toRowMajor(data: Uint8Array, shape: readonly number[], size: number): Uint8Array {
  const out = new Uint8Array(data.length)
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, size))
  const index = shape.map(() => 0)
  for (let to = 0, from = 0; to < out.length; to += size) {
    for (let byte = 0; byte < size; byte++) out[to + byte] = data[from + byte] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [stride, length] = [strides[axis] as number, shape[axis] as number]
      from += stride
      index[axis] = (index[axis] as number) + 1
      if ((index[axis] as number) < length) break
      from -= stride * length
      index[axis] = 0
    }
  }
  return out
}
