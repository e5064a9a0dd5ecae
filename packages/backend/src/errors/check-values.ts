/** Looks at the values of data, once, before training. @module */
import type { Tensor } from '@tensorflow/tfjs-core'

import { refusal } from './refusal.ts'

/** What {@link checkValues} allows. */
export interface ValueBounds {
  /** @default -Infinity */
  min?: number
  /** @default Infinity */
  max?: number
  /** How far outside values may be, for what rounding did, as a share of max − min. @default 0 */
  slack?: number
  /** What the caller can do about values out of range. */
  remedy?: string
}

/**
 * Reads a batch `[rows, …]` from the device and checks that its values are finite and in [min, max].
 *
 * @param name - The argument's name, for the error.
 * @throws GenError `non-finite` for NaN and infinities, `range` for values outside.
 * @example
 * await checkValues('gan.loss', 'batch.x', zeros([2, 8, 8, 1]), { min: 0, max: 1, remedy: 'scale the images to [0, 1]' })
 */
export async function checkValues(
  where: string,
  name: string,
  x: Tensor,
  {
    min = Number.NEGATIVE_INFINITY,
    max = Number.POSITIVE_INFINITY,
    slack = 0,
    remedy = 'scale the data',
  }: ValueBounds = {},
): Promise<void> {
  const values = await x.data()
  const strange = values.findIndex((value: number) => !Number.isFinite(value))
  if (strange >= 0) {
    throw refusal('non-finite', where, {
      expected: `${name} of finite numbers`,
      got: `${values[strange]} in row ${rowOf(x, strange)}`,
      remedy: 'clean the data',
      details: { index: strange },
    })
  }
  const margin = slack > 0 ? slack * (max - min) : 0
  const outside = values.findIndex((value: number) => value < min - margin || value > max + margin)
  if (outside < 0) return
  const got = `${values[outside]} in row ${rowOf(x, outside)}`
  throw refusal('range', where, {
    expected: `${name} in [${min}, ${max}]`,
    got,
    remedy,
    details: { min, max, got: values[outside], index: outside },
  })
}

function rowOf(x: Tensor, index: number): number {
  return Math.floor(index / (x.size / (x.shape[0] ?? 1)))
}
