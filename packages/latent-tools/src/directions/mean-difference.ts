/** The way from one mean to the other. @module */
import { dotProduct } from '@gen/linear-algebra'
import { type Classifier, classMeans } from './classifier.ts'

/** The difference of the classes' means, with the boundary half way; weights of 0 where the means are the same. */
export const meanDifference: Classifier = (x, labels) => {
  const { means } = classMeans(x, labels)
  const largest = x.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const weights = means[1]!.map((value, k) => value - means[0]![k]!)
  // Means of the same numbers in another order differ by rounding, which has no direction.
  if (!(Math.sqrt(dotProduct(weights, weights)) > 1e-13 * largest)) return { weights: weights.fill(0), bias: 0 }
  const middle = means[0]!.map((value, k) => (value + means[1]![k]!) / 2)
  return { weights, bias: -dotProduct(weights, middle) }
}
