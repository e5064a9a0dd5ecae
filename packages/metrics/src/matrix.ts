/** Matrices as plain arrays: what the metrics compute on. @module */
import { assertRank } from '@gen/backend'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { FeatureDescription } from './features/feature-description.ts'
import { refusal } from './refusal.ts'

/** A matrix in row-major order; in a metric, one row per sample and one column per feature. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** `rows × columns` numbers, row by row. */
  readonly data: Float32Array | Float64Array
  /** Where the features come from; every result repeats it. */
  readonly features?: FeatureDescription
}

/** What every metric on feature vectors takes: a tensor `[samples, size]` or a {@link Matrix}. */
export type Vectors = Tensor2D | Matrix

/**
 * Makes a float64 matrix from rows of numbers.
 *
 * @throws GenError `shape` when the rows differ in length.
 * @example
 * const points = matrix([[0, 0], [1, 2]])
 */
export function matrix(rows: readonly ArrayLike<number>[], features?: FeatureDescription): Matrix {
  const columns = rows[0]?.length ?? 0
  const data = new Float64Array(rows.length * columns)
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw refusal('shape', 'metrics.matrix', {
        expected: `rows of ${columns} numbers`,
        got: `${row.length} in row ${i}`,
        remedy: 'pad or drop it',
        details: { row: i, expected: columns, got: row.length },
      })
    }
    data.set(row, i * columns)
  })
  return { rows: rows.length, columns, data, ...(features && { features }) }
}

/**
 * Reads a tensor `[samples, size]` from the device; on WebGPU this is the way that does not block.
 *
 * @throws GenError `shape` for tensors that are not of rank 2.
 * @example
 * const result = fid(await readMatrix(realFeatures), await readMatrix(fakeFeatures))
 */
export async function readMatrix(tensor: Tensor2D, features?: FeatureDescription): Promise<Matrix> {
  assertRank('metrics.readMatrix', 'tensor', tensor, 2, 'flatten each sample to one row')
  const data = Float32Array.from(await tensor.data())
  return { rows: tensor.shape[0], columns: tensor.shape[1], data, ...(features && { features }) }
}

/** The largest magnitude in a matrix. */
export function largestOf({ data }: Matrix): number {
  let largest = 0
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!))
  return largest
}
