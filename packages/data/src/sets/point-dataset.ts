/** Points, or other items of float32 numbers, in memory. @module */
import { assertInteger, refusal } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { tensor } from '@tensorflow/tfjs-core'
import { checkLabels, takeLabels } from '../labels.ts'
import { dataset } from './dataset.ts'

/** Options of {@link pointDataset}. */
export interface PointDatasetOptions {
  /** All items one after the other. Kept, not copied. */
  points: Float32Array
  /** Shape of an item. @default [2] */
  shape?: readonly number[]
  /** A class for each item: whole numbers from 0. */
  labels?: ArrayLike<number>
  /** Number of classes. @default the largest label plus 1 */
  classes?: number
}

/**
 * Makes a dataset of items that are float32 numbers, given in batches `[b, …shape]` as they are: points of the plane by
 * default, but also signals `[n, c]` or images that are floats in [0, 1] already.
 *
 * @throws GenError `shape` when points or labels do not fit; `non-finite` for NaN or an infinity; `value` or `range` for a
 * bad shape or label.
 * @example
 * const line = pointDataset({ points: new Float32Array([0, 0, 1, 1, 2, 2]) })
 */
export function pointDataset({ points, shape = [2], labels, classes }: PointDatasetOptions): Dataset {
  const where = 'data.pointDataset'
  for (const [i, dimension] of shape.entries()) assertInteger(where, `shape[${i}]`, dimension, { min: 1 })
  const itemSize = shape.reduce((product, n) => product * n, 1)
  const count = points.length / itemSize
  if (!Number.isInteger(count) || count < 1) {
    const remedy = count === 0 ? 'there must be an item at least' : 'check the shape'
    throw refusal('shape', where, {
      expected: `a multiple of ${itemSize} numbers for [${shape}]`,
      got: points.length,
      remedy,
    })
  }
  const bad = points.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    const item = Math.floor(bad / itemSize)
    throw refusal('non-finite', where, {
      expected: 'finite numbers',
      got: `${points[bad]} in item ${item}`,
      remedy: 'leave it out',
    })
  }
  const checked = labels && checkLabels(where, labels, count, classes)
  return dataset({
    size: count,
    shape,
    ...(checked && { classes: checked.classes }),
    take: (indices) => {
      const values = new Float32Array(indices.length * itemSize)
      for (let i = 0; i < indices.length; i++) {
        const start = (indices[i] as number) * itemSize
        values.set(points.subarray(start, start + itemSize), i * itemSize)
      }
      const x = tensor(values, [indices.length, ...shape], 'float32')
      return checked ? { x, labels: takeLabels(checked, indices) } : { x }
    },
  })
}
