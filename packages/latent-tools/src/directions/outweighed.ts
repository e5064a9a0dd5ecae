/** Codes that a classifier's penalty outweighs. @module */
import { columnDeviations, columnMeans, dotProduct, type Matrix64 } from '@gen/linear-algebra'
import type { DirectionMethod } from './direction-method.ts'

/**
 * A warning where the penalty of a boundary as steep as the codes' spread s asks for, `(1 + μ²)/s²` with μ the length of
 * their mean (only svm holds its bias small), is more than the C·n that all errors together can weigh.
 */
export function outweighed(x: Matrix64, method: DirectionMethod, c: number): string[] {
  if (method !== 'svm' && method !== 'logistic') return []
  const means = columnMeans(x)
  const deviations = columnDeviations(x, means)
  const variance = dotProduct(deviations, deviations) / x.columns
  const shift = method === 'svm' ? dotProduct(means, means) : 0
  const least = (1 + shift) / (variance * x.rows)
  if (!(c < least)) return []
  const spread = `a deviation of ${Math.sqrt(variance).toPrecision(2)}`
  const place = shift > 1 ? ` around a mean of length ${Math.sqrt(shift).toPrecision(2)}` : ''
  const remedy = shift > 1 ? 'center and scale the codes' : 'scale the codes'
  return [
    `the penalty of ${method} outweighs ${x.rows} codes with ${spread}${place}: ${remedy}, or pass a regularization above ${least.toPrecision(2)}`,
  ]
}
