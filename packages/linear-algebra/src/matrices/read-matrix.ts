/** From a tensor on the device to numbers at hand. @module */
import { refusal } from '@gen/backend'
import type { Matrix64 } from './matrix.ts'

/** What is asked of a tensor; those of TensorFlow.js have it. */
export interface ReadableTensor {
  readonly shape: readonly number[]
  data(): Promise<ArrayLike<number>>
}

/**
 * Reads a tensor `[rows, columns]`; on WebGPU this is the way that does not block.
 *
 * @throws GenError `value` for what is no tensor; `shape` for tensors that are not of rank 2.
 * @example
 * const codes = await readMatrix(vae.encode(images))
 */
export async function readMatrix(tensor: ReadableTensor): Promise<Matrix64> {
  const where = 'linearAlgebra.readMatrix'
  if (typeof tensor?.data !== 'function' || !Array.isArray(tensor.shape)) {
    throw refusal('value', where, { expected: 'a tensor', got: 'none', remedy: 'pass one of shape [rows, columns]' })
  }
  const [rows, columns] = tensor.shape
  if (rows === undefined || columns === undefined || tensor.shape.length !== 2) {
    throw refusal('shape', where, {
      expected: 'a tensor of shape [rows, columns]',
      got: `[${tensor.shape.join(', ')}]`,
      remedy: 'flatten each sample to one row',
      details: { got: tensor.shape },
    })
  }
  return { rows, columns, data: Float64Array.from(await tensor.data()) }
}
