/** Class labels, as conditional models take them. @module */
import { assertShape, GenError } from '@gen/backend'
import { cast, Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'

/** What a conditional model is told. */
export interface Condition {
  /** Class of each row; or one for all. */
  readonly labels?: Tensor1D | readonly number[] | number | undefined
}

/**
 * Labels of `count` rows, int32 `[count]`; undefined for a model without classes.
 *
 * @throws GenError `config` for labels too many or missing, `shape` for another number of them, `range` for a number that
 * is no class.
 */
export function labelsFor(where: string, { labels }: Condition, count: number, classes: number): Tensor1D | undefined {
  if (classes === 0 && labels === undefined) return undefined
  if (classes === 0 || labels === undefined) {
    const [expected, got, remedy] =
      classes === 0
        ? ['no labels', 'some', 'make the model with classes: 10']
        : [`labels of ${classes} classes`, 'none', 'pass one for each row or a single one']
    throw new GenError('config', `${where}: expected ${expected}, got ${got}; ${remedy}`)
  }
  if (labels instanceof Tensor) {
    assertShape(where, 'labels', labels, [count], 'pass one label per row')
    return tidy(() => cast(labels, 'int32').clone() as Tensor1D)
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
