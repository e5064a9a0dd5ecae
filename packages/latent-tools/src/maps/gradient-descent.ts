/** The paper's way to a map: gradient descent with L2 penalties. @module */
import { crossProduct, gram, type Matrix64, product, sumOfSquares, zeroMatrix } from '@gen/linear-algebra'
import { adam64 } from './adam64.ts'

/** What {@link gradientDescent} came to. */
export interface Descended {
  readonly weights: Matrix64
  readonly slopeLeft: number
}

/** Options of {@link gradientDescent}. */
export interface GradientDescentOptions {
  steps: number
  learningRate: number
  /** Weight of the sum of squared weights. */
  weightPenalty: number
  /** Weight of the mean over points of the squared length of what the map gives. */
  outputPenalty: number
}

/**
 * W after Adam on `mean (x·W − y)² + weightPenalty·‖W‖² + outputPenalty·‖x·W‖²/n`, full batch, from zeros.
 *
 * The gradient needs only xᵀx and xᵀy, so a step costs d³ whatever the number of points.
 *
 * @returns W, and the length of the gradient at the end as a share of the one at the start.
 *
 * @see Comparing the latent space of generative models (Asperti & Tonelli, 2022) https://arxiv.org/abs/2207.06812
 */
export function gradientDescent(x: Matrix64, y: Matrix64, options: GradientDescentOptions): Descended {
  const { steps, learningRate, weightPenalty, outputPenalty } = options
  const square = gram(x)
  const cross = crossProduct(x, y)
  const w = zeroMatrix(x.columns, y.columns)
  const slopes = zeroMatrix(w.rows, w.columns)
  const descend = adam64(w.data.length, learningRate)
  const error = 2 / (x.rows * y.columns)
  const output = (2 * outputPenalty) / x.rows
  let [before, after] = [0, 0]
  for (let step = 1; step <= steps; step++) {
    const reached = product(square, w).data
    for (let i = 0; i < slopes.data.length; i++)
      slopes.data[i] = (error + output) * reached[i]! - error * cross.data[i]! + 2 * weightPenalty * w.data[i]!
    after = sumOfSquares(slopes)
    descend(w.data, slopes.data)
    if (step === 1) before = after
  }
  return { weights: w, slopeLeft: before > 0 ? Math.sqrt(after / before) : 0 }
}
