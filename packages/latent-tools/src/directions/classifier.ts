/** Linear classifiers of two classes, each a function from data to a hyperplane. @module */
import { dotProduct, type Matrix64, product, rightSvd, rowOf } from '@gen/linear-algebra'

/** The hyperplane `weights·x + bias = 0`; positive where the label is 1. */
export interface Hyperplane {
  readonly weights: Float64Array
  readonly bias: number
}

/** Finds a hyperplane between rows with label 0 and rows with label 1; C weighs the data against the classifier's penalty. */
export type Classifier = (x: Matrix64, labels: ArrayLike<number>, c: number) => Hyperplane

/**
 * With fewer codes than dimensions, the normal of every boundary lies in the space that the codes span: it is found there,
 * among as many coordinates as codes.
 */
export function inRowSpan(classify: Classifier): Classifier {
  return (x, labels, c) => {
    if (x.rows >= x.columns) return classify(x, labels, c)
    const { v } = rightSvd(x)
    const { weights, bias } = classify(product(x, v), labels, c)
    return { weights: product(v, { rows: v.columns, columns: 1, data: weights }).data, bias }
  }
}

/** The hyperplane in the units of x, from one between rows `(x − means) / scales`. */
export function inUnitsOf(means: Float64Array, scales: Float64Array, plane: Hyperplane): Hyperplane {
  const weights = plane.weights.map((value, k) => value / scales[k]!)
  return { weights, bias: plane.bias - dotProduct(weights, means) }
}

/** The mean and the number of the rows of both classes. */
export function classMeans(x: Matrix64, labels: ArrayLike<number>): { means: Float64Array[]; counts: number[] } {
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
