/** Class labels, checked. @module */
import { assertShape, GenError, type Key, randint } from '@gen/backend'
import { reshape, Tensor, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'

/** One class for all rows, or one for each; a tensor is int32 `[batch]`. */
export type Labels = number | readonly number[] | Tensor1D

/**
 * Labels of `count` rows as a tensor; undefined for a model without classes.
 *
 * @param k - Draws classes, all equally likely, where none are given; row i depends only on (k, i).
 * @throws GenError `config` for labels of a model without classes, or none where they are needed; `shape` for another
 * number of them, `range` for one that is no class.
 */
export function labelTensor(
  where: string,
  labels: Labels | undefined,
  count: number,
  classes: number,
  k?: Key,
): Tensor1D | undefined {
  if (classes === 0) {
    if (labels === undefined) return undefined
    throw new GenError('config', `${where}: expected no labels, for the model has no classes; make it with classes: 10`)
  }
  if (labels === undefined) {
    if (k) return reshape(randint(k, [count, 1], { max: classes }), [count])
    throw new GenError('config', `${where}: expected labels for ${classes} classes, got none; pass { labels }`)
  }
  if (labels instanceof Tensor) {
    assertShape(where, 'labels', labels, [count], 'pass one label per row')
    return labels
  }
  const all = typeof labels === 'number' ? Array<number>(count).fill(labels) : labels
  if (all.length !== count) {
    throw new GenError(
      'shape',
      `${where}: expected ${count} labels, got ${all.length}; pass one for each or a single one`,
    )
  }
  const bad = all.find((label) => !Number.isInteger(label) || label < 0 || label >= classes)
  if (bad === undefined) return tensor1d([...all], 'int32')
  throw new GenError('range', `${where}: expected labels from 0 to ${classes - 1}, got ${bad}`, {
    details: { label: bad, classes },
  })
}
