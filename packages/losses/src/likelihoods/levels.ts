/** Numbers in [0, 1] that stand for levels 0, 1, …, levels − 1. @module */
import { checkValues, refusal } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Throws a GenError unless x holds multiples of 1/(levels − 1) in [0, 1], up to float32's rounding. */
export async function checkLevels(where: string, x: Tensor, levels: number): Promise<void> {
  await checkValues(where, 'x', x, { min: 0, max: 1, remedy: 'scale the data to [0, 1]' })
  const values = await x.data()
  const steps = levels - 1
  const between = values.findIndex((value: number) => Math.abs(value * steps - Math.round(value * steps)) > 0.01)
  if (between < 0) return
  throw refusal('value', where, {
    expected: `x of multiples of 1/${steps}`,
    got: values[between],
    remedy: `round the data to ${levels} levels`,
    details: { levels, index: between },
  })
}
