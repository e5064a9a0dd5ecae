/** The paper's way to a map: gradient descent with L2 penalties. @module */
import { crossProduct, gram, type Matrix64, product, zeroMatrix } from '@gen/linear-algebra'

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
  const first = new Float64Array(w.data.length)
  const second = new Float64Array(w.data.length)
  const error = 2 / (x.rows * y.columns)
  const output = (2 * outputPenalty) / x.rows
  let [before, after] = [0, 0]
  for (let step = 1; step <= steps; step++) {
    after = 0
    const reached = product(square, w).data
    const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step)
    for (let i = 0; i < w.data.length; i++) {
      const slope = (error + output) * reached[i]! - error * cross.data[i]! + 2 * weightPenalty * w.data[i]!
      after += slope * slope
      first[i] = 0.9 * first[i]! + 0.1 * slope
      second[i] = 0.999 * second[i]! + 0.001 * slope * slope
      w.data[i]! -= (rate * first[i]!) / (Math.sqrt(second[i]!) + 1e-8)
    }
    if (step === 1) before = after
  }
  return { weights: w, slopeLeft: before > 0 ? Math.sqrt(after / before) : 0 }
}
