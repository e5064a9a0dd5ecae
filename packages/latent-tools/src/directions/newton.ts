/** Newton's method for linear classifiers. @module */
import {
  type Cholesky,
  cholesky,
  choleskySolveVector,
  conjugateGradients,
  dotProduct,
  gram,
  type HeldMatrix,
  type Matrix64,
  rowOf,
  withHeldMatrix,
  zeroMatrix,
} from '@gen/linear-algebra'

/** The loss of all rows, its slope and its curvature in each row's margin. */
export interface Losses {
  readonly loss: number
  readonly slopes: Float64Array
  readonly curves: Float64Array
}

/** `½·Σ penaltyₖ·wₖ² + loss(x·w)`, whose loss is convex in the margins x·w. */
export interface Problem {
  readonly x: Matrix64
  readonly penalties: Float64Array
  readonly lossOf: (margins: Float64Array) => Losses
}

/** Products with the curvature that are tried before it is factored again: with 512 columns they take about as long. */
const patience = 16

/**
 * The w of the smallest objective.
 *
 * The curvature `xᵀ·diag(curves)·x`, which costs n·d²/2, is factored once; each step solves by conjugate gradients with
 * that factor as the approximate inverse, at 2·n·d an iteration (Keerthi & DeCoste, 2005), and factors anew only where the
 * rows' curves have changed too much.
 */
export function newton(problem: Problem): Float64Array {
  return withHeldMatrix(problem.x, (held) => minimum(problem, held))
}

function minimum({ x, penalties, lossOf }: Problem, held: HeldMatrix): Float64Array {
  const solve = solver(x, held, penalties)
  let w: Float64Array = new Float64Array(x.columns)
  let margins: Float64Array = new Float64Array(x.rows)
  let state = lossOf(margins)
  let [firstGain, lastGain] = [0, Number.POSITIVE_INFINITY]
  for (let iteration = 0; iteration < 100; iteration++) {
    const slope = held.timesTransposed(state.slopes)
    for (let k = 0; k < slope.length; k++) slope[k]! += penalties[k]! * w[k]!
    const tolerance = Math.min(0.1, Math.sqrt(lastGain / firstGain) / 10)
    const step = solve(slope, state.curves, tolerance)
    const gain = dotProduct(step, slope)
    firstGain = Math.max(firstGain, gain)
    // What a step still gains is quadratic in the error of w: eleven digits of w are right here.
    if (!(gain > 1e-22 * firstGain)) break
    const along = held.times(step)
    const before = state.loss + norm(w, penalties)
    const near = gain < 1e-10 * before
    if (near && gain >= lastGain) break
    let share = 1
    for (; ; share /= 2) {
      const [nextW, nextMargins] = [moved(w, step, share), moved(margins, along, share)]
      const tried = lossOf(nextMargins)
      // Near the end the loss itself is rounded more than it falls.
      const falls = tried.loss + norm(nextW, penalties) <= before - 1e-4 * share * gain
      if (!falls && !near && share > 1e-9) continue
      ;[w, margins, state] = [nextW, nextMargins, tried]
      break
    }
    lastGain = gain
  }
  return w
}

function solver(x: Matrix64, held: HeldMatrix, penalties: Float64Array) {
  let factor: Cholesky | undefined
  return (slope: Float64Array, curves: Float64Array, tolerance: number): Float64Array => {
    const inverse = (v: Float64Array) => choleskySolveVector(factor!, v)
    const product = (v: Float64Array) => {
      const image = held.timesNormal(v, curves)
      for (let k = 0; k < image.length; k++) image[k]! += penalties[k]! * v[k]!
      return image
    }
    const found = factor && conjugateGradients(product, inverse, slope, { tolerance, iterations: patience })
    if (found) return found
    factor = factorOf(x, curves, penalties)
    return inverse(slope)
  }
}

/** The factor of the curvature, which is positive definite but for rounding; the diagonal grows until it is. */
function factorOf(x: Matrix64, curves: Float64Array, penalties: Float64Array): Cholesky {
  const weighted = zeroMatrix(
    curves.reduce((count, curve) => (curve > 0 ? count + 1 : count), 0),
    x.columns,
  )
  let next = 0
  for (let i = 0; i < x.rows; i++) {
    const root = Math.sqrt(curves[i]!)
    if (!(root > 0)) continue
    const [row, to] = [rowOf(x, i), rowOf(weighted, next++)]
    for (let k = 0; k < x.columns; k++) to[k] = root * row[k]!
  }
  const curvature = gram(weighted)
  for (let k = 0; k < x.columns; k++) curvature.data[k * x.columns + k]! += penalties[k]!
  const diagonal = Float64Array.from({ length: x.columns }, (_, k) => curvature.data[k * x.columns + k]!)
  const least = Number.MIN_VALUE + Number.EPSILON * diagonal.reduce((most, value) => Math.max(most, value), 0)
  for (let share = 1e-16; ; share *= 100) {
    const factor = cholesky(curvature)
    if (factor) return factor
    for (let k = 0; k < x.columns; k++) curvature.data[k * x.columns + k]! += share * diagonal[k]! + least
  }
}

function norm(w: Float64Array, penalties: Float64Array): number {
  return 0.5 * w.reduce((sum, value, k) => sum + penalties[k]! * value * value, 0)
}

function moved(from: Float64Array, step: Float64Array, share: number): Float64Array {
  return from.map((value, k) => value - share * step[k]!)
}
