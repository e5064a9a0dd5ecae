/** The file that Python reads in `fixtures/safetensors/check.py`: tensors of every kind that tfjs has, and raw ones. @module */
import { scalar, tensor, tensor1d, tensor3d, tidy } from '@tensorflow/tfjs-core'
import type { RawTensor } from '../tensors/raw-tensor.ts'
import { encodeSafetensors } from './safetensors.ts'

/** Makes the file. */
export function writtenHere(): Uint8Array {
  return tidy(() =>
    encodeSafetensors(
      {
        'conv/kernel': tensor3d([[[0.5, -0, 1e-45]], [[3.4028234663852886e38, Number.POSITIVE_INFINITY, Number.NaN]]]),
        'conv/bias': tensor1d([1, 2, 3], 'int32'),
        mask: tensor1d([true, false, true], 'bool'),
        scalar: scalar(7.25),
        empty: tensor([], [0, 4]),
        'größe 𝄞 "q"': tensor1d([-1]),
        i64: raw('I64', [2], new BigInt64Array([2n ** 62n, -(2n ** 63n)])),
        u8: raw('U8', [3], new Uint8Array([0, 128, 255])),
        f64: raw('F64', [2], new Float64Array([Math.PI, -5e-324])),
        f16: raw('F16', [2], new Uint16Array([0x3c00, 0xfbff])),
        '10': raw('I16', [1, 1], new Int16Array([-32768])),
        '9': raw('U16', [1], new Uint16Array([65535])),
      },
      { step: '1234', config: '{"widths":[32,64],"name":"é"}' },
    ),
  )
}

function raw(dtype: RawTensor['dtype'], shape: number[], values: ArrayBufferView): RawTensor {
  return { dtype, shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
}
