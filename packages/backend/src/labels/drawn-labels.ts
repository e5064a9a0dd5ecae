/** Labels of samples, where none are wished for. @module */
import { reshape, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import { randint } from '../random/draw.ts'
import type { Key } from '../random/key.ts'
import { type LabelBounds, type Labels, labelTensor } from './labels.ts'

/**
 * The labels that are given, or for a model with classes those that are drawn, all classes equally likely: row i depends
 * only on (k, i). Undefined for a model without classes.
 *
 * @throws GenError as {@link labelTensor}: `config` for labels of a model without classes.
 * @example
 * const label = labelsOrDrawn('gan.sample', undefined, { rows: 8, classes: 10 }, key(0))
 */
export function labelsOrDrawn(
  where: string,
  labels: Labels | undefined,
  bounds: LabelBounds,
  k: Key,
): Tensor1D | undefined {
  const { rows, classes } = bounds
  if (classes === 0 || labels !== undefined) return labelTensor(where, labels, bounds)
  return tidy(() => reshape(randint(k, [rows, 1], { max: classes }), [rows]))
}
