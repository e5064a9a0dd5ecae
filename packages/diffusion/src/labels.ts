/** Class labels, checked. @module */
import { GenError } from '@gen/backend'
import type { Tensor1D } from '@tensorflow/tfjs-core'

/** One class for all, or one for each. */
export type Labels = number | readonly number[] | Tensor1D

/**
 * Reads labels for `count` rows; without labels all rows are of no class. Undefined for a model without classes.
 *
 * @throws GenError `config` for labels of a model without classes, `shape` for another number of them, `range` for one that
 * is no class.
 */
export async function readLabels(
  where: string,
  labels: Labels | undefined,
  count: number,
  classes: number,
): Promise<number[] | undefined> {
  if (classes === 0) {
    if (labels === undefined) return undefined
    throw new GenError('config', `${where}: expected no labels, for the model has no classes; make it with classes: 10`)
  }
  const list = typeof labels === 'object' ? [...('data' in labels ? await labels.data() : labels)] : undefined
  const all = list ?? Array<number>(count).fill(typeof labels === 'number' ? labels : classes)
  if (all.length !== count) {
    throw new GenError(
      'shape',
      `${where}: expected ${count} labels, got ${all.length}; pass one for each or a single one`,
    )
  }
  const bad = all.find((label) => !Number.isInteger(label) || label < 0 || label > classes)
  if (bad === undefined) return all
  throw new GenError(
    'range',
    `${where}: expected labels from 0 to ${classes - 1} (or ${classes} for no class), got ${bad}`,
    { details: { label: bad, classes } },
  )
}
