/** Class labels, and none. @module */
import { assertLabels, type Labels, labelList } from '@gen/backend'

/**
 * Reads labels for `rows` rows; without labels all rows are of no class. Undefined for a model without classes.
 *
 * @throws GenError `config` for labels of a model without classes, `shape` for another number of them, `range` for one that
 * is no class.
 */
export async function readLabels(
  where: string,
  labels: Labels | undefined,
  rows: number,
  classes: number,
): Promise<number[] | undefined> {
  if (classes === 0) {
    assertLabels(where, labels, { rows, classes })
    return undefined
  }
  const list = typeof labels === 'object' && 'dataSync' in labels ? [...(await labels.data())] : (labels ?? classes)
  return [...labelList(where, list, { rows, classes }, true)]
}
