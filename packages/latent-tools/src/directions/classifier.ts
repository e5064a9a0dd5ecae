/** Linear classifiers of two classes, each as a function from data to a hyperplane. @module */
import { cholesky, choleskySolve } from '../linear/cholesky.ts'
import { type Matrix64, rowOf, zeros } from '../linear/matrix.ts'
import { gram } from '../linear/product.ts'
import { dot } from '../linear/svd.ts'

/** The hyperplane `weights·x + bias = 0`; positive where the label is 1. */
export interface Hyperplane {
  readonly weights: Float64Array
  readonly bias: number
}

/** Finds a hyperplane between rows with label 0 and rows with label 1. */
export type Classifier = (x: Matrix64, labels: ArrayLike<number>, regularisation: number) => Hyperplane

/**
 * The linear support vector machine with squared hinge loss, `½‖(w, b)‖² + C·Σ max(0, 1 − y·(w·x + b))²`, y = ±1, by
 * Newton's method (Keerthi & DeCoste, 2005): what liblinear solves.
 */
export const supportVectorMachine: Classifier = (x, labels, c) => {
  const data = withIntercept(x)
  return newton(data, 1, (margins) => {
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
  })
}

/** Logistic regression, `½‖w‖² + C·Σ log(1 + exp(−y·(w·x + b)))`, by Newton's method; the bias is free. */
export const logisticRegression: Classifier = (x, labels, c) => {
  const data = withIntercept(x)
  return newton(data, 0, (margins) => {
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
  })
}

/**
 * Linear discriminant analysis, `w = Σ⁻¹(μ₁ − μ₀)` with the classes' shared covariance and their shares as priors; C
 * shrinks: `Σ + (trace Σ / (C·d))·10⁻⁶·I`, next to nothing unless the covariance is singular.
 */
export const discriminantAnalysis: Classifier = (x, labels, c) => {
  const { means, counts } = classMeans(x, labels)
  const inner = zeros(x.rows, x.columns)
  for (let i = 0; i < x.rows; i++) {
    rowOf(x, i).forEach((value, k) => {
      inner.data[i * x.columns + k] = value - means[labels[i]!]![k]!
    })
  }
  const covariance = gram(inner)
  let trace = 0
  for (let k = 0; k < x.columns; k++) trace += covariance.data[k * x.columns + k]!
  const shrink = Math.max(1e-300, (1e-6 * trace) / (c * x.columns))
  const factor = positive(covariance, shrink)
  const difference = zeros(x.columns, 1)
  for (let k = 0; k < x.columns; k++) difference.data[k] = means[1]![k]! - means[0]![k]!
  const weights = choleskySolve(factor, difference).data.map((value) => value * x.rows)
  const middle = means[0]!.map((value, k) => (value + means[1]![k]!) / 2)
  return { weights, bias: Math.log(counts[1]! / counts[0]!) - dot(weights, middle) }
}

/** The difference of the classes' means, with the boundary half way. */
export const meanDifference: Classifier = (x, labels) => {
  const { means } = classMeans(x, labels)
  const weights = means[1]!.map((value, k) => value - means[0]![k]!)
  const middle = means[0]!.map((value, k) => (value + means[1]![k]!) / 2)
  return { weights, bias: -dot(weights, middle) }
}

interface Slopes {
  loss: number
  slopes: Float64Array
  curves: Float64Array
}

/** Minimises `½‖w‖² + loss(x·w)` where the loss is convex; the bias, in the last column, weighs `intercept` in the norm. */
function newton(x: Matrix64, intercept: number, lossOf: (margins: Float64Array) => Slopes): Hyperplane {
  const d = x.columns
  let w = new Float64Array(d)
  const norm = (v: Float64Array) => 0.5 * (dot(v, v) + (intercept - 1) * v[d - 1]! ** 2)
  let state = lossOf(marginsOf(x, w))
  for (let iteration = 0; iteration < 100; iteration++) {
    const slope = w.map((value, k) => (k === d - 1 ? intercept * value : value))
    const weighted = zeros(x.rows, d)
    for (let i = 0; i < x.rows; i++) {
      const root = Math.sqrt(state.curves[i]!)
      const row = rowOf(x, i)
      for (let k = 0; k < d; k++) {
        slope[k]! += state.slopes[i]! * row[k]!
        weighted.data[i * d + k] = root * row[k]!
      }
    }
    const curvature = gram(weighted)
    for (let k = 0; k < d; k++) curvature.data[k * d + k]! += k === d - 1 ? intercept : 1
    const step = choleskySolve(positive(curvature, 1e-12), { rows: d, columns: 1, data: slope }).data
    const gain = dot(step, slope)
    if (!(gain > 1e-20 * (1 + state.loss))) break
    const before = norm(w) + state.loss
    let share = 1
    let next = w
    for (; share > 1e-10; share /= 2) {
      next = w.map((value, k) => value - share * step[k]!)
      const tried = lossOf(marginsOf(x, next))
      if (norm(next) + tried.loss <= before - 1e-4 * share * gain || share < 1e-9) {
        state = tried
        break
      }
    }
    w = next
  }
  return { weights: w.slice(0, d - 1), bias: w[d - 1]! }
}

function marginsOf(x: Matrix64, w: Float64Array): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) => dot(rowOf(x, i), w))
}

function withIntercept(x: Matrix64): Matrix64 {
  const out = zeros(x.rows, x.columns + 1)
  for (let i = 0; i < x.rows; i++) {
    out.data.set(rowOf(x, i), i * out.columns)
    out.data[(i + 1) * out.columns - 1] = 1
  }
  return out
}

/** The factor of a matrix that is positive definite but for rounding; the diagonal grows until it is. */
function positive(a: Matrix64, shift: number): ReturnType<typeof cholesky> & object {
  for (let added = shift; ; added *= 100) {
    const shifted = { ...a, data: a.data.slice() }
    for (let k = 0; k < a.rows; k++) shifted.data[k * a.rows + k]! += added
    const factor = cholesky(shifted)
    if (factor) return factor
  }
}

function classMeans(x: Matrix64, labels: ArrayLike<number>): { means: Float64Array[]; counts: number[] } {
  const means = [new Float64Array(x.columns), new Float64Array(x.columns)]
  const counts = [0, 0]
  for (let i = 0; i < x.rows; i++) {
    const label = labels[i]!
    counts[label]!++
    rowOf(x, i).forEach((value, k) => {
      means[label]![k]! += value
    })
  }
  return { means: means.map((sums, label) => sums.map((sum) => sum / counts[label]!)), counts }
}
