/** The file that NumPy reads in `fixtures/npy/check.py`. @module */
import { scalar, tensor1d, tensor2d, tidy, zeros } from '@tensorflow/tfjs-core'
import { encodeNpz } from './npz.ts'

/** Makes the file. */
export function writtenHere(): Uint8Array {
  return tidy(() =>
    encodeNpz(
      {
        x: tensor2d([
          [0.5, -0, 1e-45],
          [Number.NaN, Number.NEGATIVE_INFINITY, 3],
        ]),
        labels: tensor1d([3, 1, 2], 'int32'),
        mask: tensor1d([true, false], 'bool'),
        scalar: scalar(7.25),
        zeros: zeros([10, 10]),
        wide: { dtype: 'I64', shape: [1], data: new Uint8Array(new BigInt64Array([-(2n ** 63n)]).buffer) },
      },
      { compress: true },
    ),
  )
}
