/** Tables of numbers, as arrays. @module */
import { encodeNpy } from '@gen/io'
import { type Tensor1D, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'

/** Mean and deviation of each column. */
export interface Moments {
  readonly means: number[]
  readonly deviations: number[]
}

/** Mean and deviation of each of `width` columns, in float64. */
export function momentsOf(values: Float32Array, width: number): Moments {
  const count = values.length / width
  const means = Array<number>(width).fill(0)
  const squares = Array<number>(width).fill(0)
  for (let i = 0; i < values.length; i++) {
    means[i % width]! += values[i]! / count
    squares[i % width]! += values[i]! ** 2 / count
  }
  return { means, deviations: squares.map((square, i) => Math.sqrt(square - means[i]! ** 2)) }
}

/** Mean of −log p over the rows, a few thousand at a time. */
export function negativeLogLikelihood(values: Float32Array, width: number, logProb: (x: Tensor2D) => Tensor1D): number {
  let total = 0
  for (let at = 0; at < values.length; at += 8192 * width) {
    const rows = values.slice(at, at + 8192 * width)
    for (const log of tidy(() => logProb(tensor2d(rows, [rows.length / width, width])).dataSync())) total -= log
  }
  return total / (values.length / width)
}

/** A file for the peers. */
export function npy(values: Float32Array, width: number): Uint8Array {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return encodeNpy({ dtype: 'F32', shape: [values.length / width, width], data })
}
