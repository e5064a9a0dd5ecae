/** The best of several searches for each image. @module */
import { gather, type Tensor1D, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core'

/** Of `starts` blocks of `rows` codes, the one with the least error for each row; disposes what it is given. */
export async function bestStarts(z: Tensor2D, errors: Tensor1D, rows: number, starts: number): Promise<Tensor2D> {
  const values = await errors.data()
  const best = Int32Array.from({ length: rows }, (_, row) => {
    let at = row
    for (let s = 1; s < starts; s++) if (values[s * rows + row]! < values[at]!) at = s * rows + row
    return at
  })
  const chosen = tidy(() => gather(z, tensor1d(best, 'int32')))
  z.dispose()
  errors.dispose()
  return chosen
}
