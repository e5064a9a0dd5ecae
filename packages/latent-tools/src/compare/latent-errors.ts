/** How well mapped codes agree with the codes that they should be. @module */
import { refusal } from '@gen/backend'
import { centered, columnMeans, dotProduct, rowOf, sumOfSquares } from '@gen/linear-algebra'
import { type Codes, readPair } from '../codes.ts'

/** Agreement of codes. */
export interface LatentErrors {
  /** Mean squared error per coordinate: L of Asperti & Tonelli. */
  readonly mse: number
  /** 1 − error ÷ variance, over all coordinates together: 1 is perfect, 0 as good as the mean. Of constant codes 1 or 0. */
  readonly r2: number
  /** Mean cosine between codes, both less the mean of the true ones. */
  readonly cosine: number
}

/**
 * Compares mapped codes with true ones, row by row.
 *
 * @throws GenError `shape` for sets of different shapes.
 * @example
 * const { r2 } = latentErrors(mapCodes(map, test.a), test.b)
 */
export function latentErrors(mapped: Codes, truth: Codes): LatentErrors {
  const where = 'latentTools.latentErrors'
  const [x, y] = readPair(where, mapped, truth, ['mapped', 'truth'])
  if (x.columns !== y.columns) {
    throw refusal('shape', where, { expected: `mapped codes of ${y.columns} dimensions`, got: x.columns })
  }
  const error = x.data.reduce((sum, value, i) => sum + (value - y.data[i]!) ** 2, 0)
  const variance = sumOfSquares(centered(y))
  const mean = columnMeans(y)
  let cosines = 0
  for (let i = 0; i < x.rows; i++) {
    const [p, q] = [rowOf(x, i).map((v, k) => v - mean[k]!), rowOf(y, i).map((v, k) => v - mean[k]!)]
    cosines += dotProduct(p, q) / Math.max(1e-300, Math.sqrt(dotProduct(p, p) * dotProduct(q, q)))
  }
  return {
    mse: error / x.data.length,
    r2: variance > 0 ? 1 - error / variance : Number(error === 0),
    cosine: cosines / x.rows,
  }
}
