/** Jacobians by automatic differentiation, for tests. @module */
import { grad, mul, reshape, sum, type Tensor, tensor2d, tidy, tile } from '@tensorflow/tfjs-core'
import { flattenEvents, sizeOf } from '../bijectors/shape.ts'

/** One matrix per event, each as rows: `rows[i][j] = ∂y_i/∂x_j`. */
export function jacobians(f: (x: Tensor) => Tensor, x: Tensor): number[][][] {
  const batch = x.shape[0]
  const event = x.shape.slice(1)
  const size = sizeOf(event)
  const values = tidy(() => {
    const copies = tile(x, [size, ...event.map(() => 1)])
    const picks = Float32Array.from({ length: size * batch * size }, (_, at) => {
      return Number(Math.floor(at / (batch * size)) === at % size)
    })
    const picked = (argument: Tensor) => {
      return sum(mul(flattenEvents(f(reshape(argument, copies.shape))), tensor2d(picks, [size * batch, size])))
    }
    return grad(picked)(copies).dataSync()
  })
  return Array.from({ length: batch }, (_, b) => {
    return Array.from({ length: size }, (_, i) => {
      const start = (i * batch + b) * size
      return [...values.subarray(start, start + size)]
    })
  })
}

/** log|det| by Gaussian elimination with partial pivoting, in float64. */
export function logAbsDet(matrix: number[][]): number {
  const rows = matrix.map((row) => [...row])
  let total = 0
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k)
    ;[rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!]
    const top = rows[k]!
    total += Math.log(Math.abs(top[k]!))
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / top[k]!
      for (let j = k; j < row.length; j++) row[j]! -= factor * top[j]!
    }
  }
  return total
}
