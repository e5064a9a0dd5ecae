/** Class labels of a GAN. @module */
import { type Key, type Labels, labelTensor, randint } from '@gen/backend'
import { reshape, type Tensor1D } from '@tensorflow/tfjs-core'

/**
 * Labels of `rows` rows: the given ones, or classes that are drawn, all equally likely; row i depends only on (k, i).
 * Undefined for a model without classes.
 *
 * @throws GenError as `labelTensor` of `@gen/backend`.
 */
export function labelsOrDrawn(
  where: string,
  labels: Labels | undefined,
  { rows, classes }: { rows: number; classes: number },
  k: Key,
): Tensor1D | undefined {
  if (classes === 0 || labels !== undefined) return labelTensor(where, labels, { rows, classes })
  return reshape(randint(k, [rows, 1], { max: classes }), [rows])
}
