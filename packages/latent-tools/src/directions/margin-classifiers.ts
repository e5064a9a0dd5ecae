/** Classifiers that weigh a loss of the margins against the length of the weights. @module */
import { columnMeans, columnScales, type Matrix64, rowOf, zeroMatrix } from '@gen/linear-algebra'
import { type Classifier, type Hyperplane, inUnitsOf } from './classifier.ts'
import { type Losses, newton } from './newton.ts'

/**
 * The linear support vector machine with squared hinge loss, `½‖(w, b)‖² + C·Σ max(0, 1 − y·(w·x + b))²`, y = ±1: what
 * liblinear solves, which holds the bias small too.
 */
export const supportVectorMachine: Classifier = (x, labels, c) => {
  const lossOf = (margins: Float64Array): Losses => {
    const [slopes, curves] = [new Float64Array(x.rows), new Float64Array(x.rows)]
    let loss = 0
    for (let i = 0; i < x.rows; i++) {
      const sign = labels[i] === 1 ? 1 : -1
      const slack = Math.max(0, 1 - sign * margins[i]!)
      loss += c * slack * slack
      slopes[i] = -2 * c * sign * slack
      curves[i] = slack > 0 ? 2 * c : 0
    }
    return { loss, slopes, curves }
  }
  // Not centered: the bias is penalized, and shifting would move it.
  return inOwnUnits(x, new Float64Array(x.columns), 1, lossOf)
}

/** Logistic regression, `½‖w‖² + C·Σ log(1 + exp(−y·(w·x + b)))`; the bias is free. */
export const logisticRegression: Classifier = (x, labels, c) => {
  const lossOf = (margins: Float64Array): Losses => {
    const [slopes, curves] = [new Float64Array(x.rows), new Float64Array(x.rows)]
    let loss = 0
    for (let i = 0; i < x.rows; i++) {
      const sign = labels[i] === 1 ? 1 : -1
      const value = sign * margins[i]!
      loss += c * (value > 0 ? Math.log1p(Math.exp(-value)) : Math.log1p(Math.exp(value)) - value)
      const probability = 1 / (1 + Math.exp(value))
      slopes[i] = -c * sign * probability
      curves[i] = c * probability * (1 - probability)
    }
    return { loss, slopes, curves }
  }
  return inOwnUnits(x, columnMeans(x), 0, lossOf)
}

/**
 * Solves among `(x − means) / scales`, where every column has about the same weight in the curvature, with the penalty of
 * each weight in its own units: the same minimum, found with all its digits whatever the units of x.
 */
function inOwnUnits(
  x: Matrix64,
  means: Float64Array,
  intercept: number,
  lossOf: (margins: Float64Array) => Losses,
): Hyperplane {
  const scales = columnScales(x, means)
  const data = zeroMatrix(x.rows, x.columns + 1)
  for (let i = 0; i < x.rows; i++) {
    const to = rowOf(data, i)
    rowOf(x, i).forEach((value, k) => {
      to[k] = (value - means[k]!) / scales[k]!
    })
    to[x.columns] = 1
  }
  const penalties = Float64Array.from([...scales.map((scale) => 1 / (scale * scale)), intercept])
  const w = newton({ x: data, penalties, lossOf })
  return inUnitsOf(means, scales, { weights: w.slice(0, x.columns), bias: w[x.columns]! })
}
