/** Fisher's linear discriminant. @module */
import {
  type Cholesky,
  cholesky,
  choleskySolve,
  columnMeans,
  columnScales,
  dotProduct,
  gram,
  type Matrix64,
  rankTolerance,
  rowOf,
  standardized,
  zeroMatrix,
} from '@gen/linear-algebra'
import { type Classifier, classMeans, inRowSpan, inUnitsOf } from './classifier.ts'

/** Added to the covariance, as a share of the variance of one coordinate, where the covariance is singular. */
const shrinkage = 1e-6

/**
 * Linear discriminant analysis, `w = Σ⁻¹(μ₁ − μ₀)` with the classes' shared covariance and their shares as priors, on
 * standardized coordinates: their units change nothing. C has no part in it.
 *
 * Where the classes do not vary in all directions (fewer codes than dimensions, dependent or constant coordinates), Σ is
 * shrunk by 10⁻⁶ of a coordinate's variance: a direction in which only the means differ then counts most, and one in which
 * nothing differs not at all.
 */
export const discriminantAnalysis: Classifier = (x, labels, c) => {
  const means = columnMeans(x)
  const scales = columnScales(x, means)
  return inUnitsOf(means, scales, inRowSpan(fisher)(standardized(x, means, scales), labels, c))
}

const fisher: Classifier = (x, labels) => {
  const { means, counts } = classMeans(x, labels)
  const inner = zeroMatrix(x.rows, x.columns)
  for (let i = 0; i < x.rows; i++) {
    const mean = means[labels[i]!]!
    const to = rowOf(inner, i)
    rowOf(x, i).forEach((value, k) => {
      to[k] = value - mean[k]!
    })
  }
  const covariance = gram(inner)
  for (let at = 0; at < covariance.data.length; at++) covariance.data[at]! /= x.rows
  const difference = means[1]!.map((value, k) => value - means[0]![k]!)
  const right = { rows: x.columns, columns: 1, data: difference }
  const weights = choleskySolve(factorOf(covariance), right).data
  const middle = means[0]!.map((value, k) => (value + means[1]![k]!) / 2)
  return { weights, bias: Math.log(counts[1]! / counts[0]!) - dotProduct(weights, middle) }
}

function factorOf(covariance: Matrix64): Cholesky {
  const exact = cholesky(covariance)
  if (exact && exact.quality > rankTolerance) return exact
  for (let k = 0; k < covariance.rows; k++) covariance.data[k * covariance.rows + k]! += shrinkage
  return cholesky(covariance)!
}
