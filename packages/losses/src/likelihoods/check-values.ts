/** Looks at the values of a batch, once, before training. @module */
import { GenError } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * Throws a GenError `non-finite` for NaN and infinities, and `range` for values outside of [min, max].
 *
 * @param remedy - What the caller can do about values out of range.
 */
export async function checkValues(
  where: string,
  x: Tensor,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: { min?: number; max?: number },
  remedy: string,
): Promise<void> {
  const values = await x.data()
  const strange = values.findIndex((value: number) => !Number.isFinite(value))
  if (strange >= 0) {
    const message = `${where}: expected x of finite numbers, got ${values[strange]} in row ${rowOf(x, strange)}`
    throw new GenError('non-finite', `${message}; clean the data`, { details: { index: strange } })
  }
  const outside = values.findIndex((value: number) => value < min || value > max)
  if (outside < 0) return
  const got = `${values[outside]} in row ${rowOf(x, outside)}`
  throw new GenError('range', `${where}: expected x in [${min}, ${max}], got ${got}; ${remedy}`, {
    details: { min, max, got: values[outside], index: outside },
  })
}

function rowOf(x: Tensor, index: number): number {
  return Math.floor(index / (x.size / (x.shape[0] ?? 1)))
}
