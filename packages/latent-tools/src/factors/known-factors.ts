/** Codes of data whose factors are known. @module */
import { GenError } from '@gen/backend'
import { type Codes, readPair } from '../codes.ts'
import { columnOf, type Matrix64 } from '../linear/matrix.ts'

/** Codes and the factors that made the data, checked. */
export interface KnownFactors {
  readonly codes: Matrix64
  readonly factors: Matrix64
}

/**
 * Reads codes `[n, size]` and factors `[n, factors]`.
 *
 * @throws GenError `shape` when the rows do not belong together or there are too few; `value` for a constant factor.
 */
export function readFactors(where: string, codes: Codes, factors: Codes, least = 2): KnownFactors {
  const [z, y] = readPair(where, codes, factors, ['codes', 'factors'])
  if (z.rows < least)
    throw new GenError('shape', `${where}: expected at least ${least} samples, got ${z.rows}; pass more`)
  for (let j = 0; j < y.columns; j++) {
    const column = columnOf(y, j)
    if (column.some((value) => value !== column[0])) continue
    throw new GenError(
      'value',
      `${where}: expected factors that vary, got ${column[0]} everywhere in column ${j}; leave that factor out`,
      {
        details: { factor: j },
      },
    )
  }
  return { codes: z, factors: y }
}

/** The largest and the second largest of some numbers, and where the largest is. */
export function topTwo(values: Float64Array): { first: number; second: number; at: number } {
  let [first, second, at] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  values.forEach((value, i) => {
    if (value > first) [first, second, at] = [value, first, i]
    else if (value > second) second = value
  })
  return { first, second: values.length > 1 ? second : 0, at }
}
