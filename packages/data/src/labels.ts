/** Class labels of a dataset. @module */
import { GenError } from '@gen/backend'
import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'

/** Labels with the number of classes. */
export interface Labels {
  readonly values: Int32Array
  readonly classes: number
}

/** Copies and checks labels: one for each of `count` items, whole numbers from 0 to `classes − 1`. */
export function checkLabels(where: string, labels: ArrayLike<number>, count: number, classes?: number): Labels {
  if (labels.length !== count) {
    throw new GenError('shape', `${where}: expected a label for each of ${count} items, got ${labels.length} labels`)
  }
  let largest = 0
  for (let i = 0; i < count; i++) {
    const label = labels[i] as number
    const known = Number.isInteger(label) && label >= 0 && label < (classes ?? 2 ** 31 - 1)
    if (!known) {
      const range = classes === undefined ? 'whole numbers from 0' : `whole numbers from 0 to ${classes - 1}`
      throw new GenError('value', `${where}: expected labels to be ${range}, got ${label} for item ${i}`)
    }
    largest = Math.max(largest, label)
  }
  return { values: Int32Array.from(labels), classes: classes ?? largest + 1 }
}

/** The labels of some items as a tensor, int32. */
export function takeLabels({ values }: Labels, indices: ArrayLike<number>): Tensor1D {
  return tensor1d(
    Int32Array.from(indices, (i) => values[i] as number),
    'int32',
  )
}
