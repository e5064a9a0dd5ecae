/** The density of a function of a uniform variable, on a grid. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'

const where = 'gan.pushForward'

/**
 * The density on equal bins of what a piecewise linear map makes of a uniform variable: exact, and its integral is the share
 * of the mass that falls into the bins.
 *
 * @param values - The map at evenly spaced places; between two of them lies the same mass.
 * @param range - Where the first bin begins and the last one ends.
 * @param bins - How many.
 * @throws GenError `shape` for fewer than two values, `range` for a range or a number of bins that is none.
 * @example
 * const density = pushForward([0, 1, 3], [0, 4], 4)
 * density // [0.5, 0.25, 0.25, 0]
 */
export function pushForward(values: ArrayLike<number>, range: readonly [number, number], bins: number): number[] {
  const [low, high] = range
  assertInteger(where, 'bins', bins, { min: 1 })
  assertNumber(where, 'range[1]', high, { exclusiveMin: low })
  if (values.length < 2)
    throw refusal('shape', where, { expected: 'two values of the map or more', got: values.length })
  const width = (high - low) / bins
  const density = new Array<number>(bins).fill(0)
  const mass = 1 / (values.length - 1)
  for (let i = 1; i < values.length; i++) {
    const [from, to] = [Math.min(values[i - 1]!, values[i]!), Math.max(values[i - 1]!, values[i]!)]
    const first = Math.max(0, Math.floor((from - low) / width))
    const last = Math.min(bins - 1, Math.floor((to - low) / width))
    for (let bin = first; bin <= last; bin++) {
      const inside = Math.min(to, low + (bin + 1) * width) - Math.max(from, low + bin * width)
      // An interval that the map contracts to a point lies in one bin.
      density[bin]! += (mass * (to > from ? Math.max(0, inside) / (to - from) : 1)) / width
    }
  }
  return density
}
