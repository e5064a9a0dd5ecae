import { type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Dtype } from './dtype.ts'
import { type RawTensor, readRaw } from './raw-tensor.ts'
import { toArray, toTensor } from './to-tensor.ts'

function raw(
  dtype: Dtype,
  values: ArrayBufferView,
  shape = [values.byteLength / (values as Uint8Array).BYTES_PER_ELEMENT],
): RawTensor {
  return { dtype, shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}

function read(tensor: Tensor): { dtype: string; shape: number[]; values: number[] } {
  const { dtype, shape } = tensor
  const values = [...tensor.dataSync()]
  tensor.dispose()
  return { dtype, shape, values }
}

describe('toTensor', () => {
  it.each([
    ['F32', new Float32Array([1.5, -2]), 'float32', [1.5, -2]],
    ['F64', new Float64Array([0.1, Number.NEGATIVE_INFINITY]), 'float32', [Math.fround(0.1), Number.NEGATIVE_INFINITY]],
    [
      'F16',
      new Uint16Array([0x3c00, 0x0001, 0x7bff, 0xfc00]),
      'float32',
      [1, 2 ** -24, 65504, Number.NEGATIVE_INFINITY],
    ],
    ['BF16', new Uint16Array([0x3f80, 0x7f7f, 0x0001]), 'float32', [1, 3.3895313892515355e38, 2 ** -133]],
    ['F8_E4M3', new Uint8Array([0x7e, 0x01, 0xb8]), 'float32', [448, 2 ** -9, -1]],
    ['F8_E5M2', new Uint8Array([0x7b, 0x01, 0x7c]), 'float32', [57344, 2 ** -16, Number.POSITIVE_INFINITY]],
    ['I8', new Int8Array([-128, 127]), 'int32', [-128, 127]],
    ['U16', new Uint16Array([65535]), 'int32', [65535]],
    ['U32', new Uint32Array([2 ** 31 - 1]), 'int32', [2 ** 31 - 1]],
    ['I64', new BigInt64Array([-(2n ** 31n), 2n ** 31n - 1n]), 'int32', [-(2 ** 31), 2 ** 31 - 1]],
    ['BOOL', new Uint8Array([0, 1, 7]), 'bool', [0, 1, 1]],
  ] as const)('reads %s', (dtype, values, type, expected) => {
    expect(read(toTensor(raw(dtype, values)))).toEqual({ dtype: type, shape: [expected.length], values: [...expected] })
  })

  it.each([
    ['U32', new Uint32Array([1, 2 ** 31]), /within int32, got 2147483648 at element 1/],
    ['I64', new BigInt64Array([2n ** 53n + 1n]), /within int32, got 9007199254740993/],
    ['U64', new BigUint64Array([2n ** 64n - 1n]), /within int32, got 18446744073709551615/],
    ['F64', new Float64Array([1e39]), /within float32, got 1e\+39/],
    ['C64', new Float32Array([1, 2]), /real, got C64/],
  ] as const)('refuses %s that a tensor cannot hold', (dtype, values, message) => {
    const shape = dtype === 'C64' ? [1] : undefined
    expect(() => toTensor(raw(dtype, values, shape))).toThrow(message)
  })

  it('reads data that lie anywhere in a file, and copies them', () => {
    const file = new Uint8Array(9)
    file.set(new Uint8Array(new Float32Array([1.5, 2.5]).buffer), 1)
    const tensor = toTensor({ dtype: 'F32', shape: [2], data: file.subarray(1) })
    file.fill(0)
    expect(read(tensor).values).toEqual([1.5, 2.5])
  })

  it('refuses bytes that do not fit the shape', () => {
    expect(() => toTensor({ dtype: 'F32', shape: [3], data: new Uint8Array(8) })).toThrow(/12 bytes, got 8/)
    expect(() => toArray({ dtype: 'F32', shape: [-1], data: new Uint8Array(8) })).toThrow(/whole number of bytes/)
  })

  it('is given by readRaw as a copy, which no one else writes to', async () => {
    const x = tensor1d([1, 2])
    const { data, ...rest } = await readRaw(x)
    expect(rest).toEqual({ dtype: 'F32', shape: [2] })
    data.fill(0)
    expect([...x.dataSync()]).toEqual([1, 2])
    x.dispose()
  })
})
