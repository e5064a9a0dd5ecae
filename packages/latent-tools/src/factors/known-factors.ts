/** Codes of data whose factors are known. @module */

import { refusal } from '@gen/backend'
import { columnOf, type Matrix64 } from '@gen/linear-algebra'
import { type Codes, readPair } from '../codes.ts'

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
    throw refusal('shape', where, { expected: `at least ${least} samples`, got: z.rows, remedy: 'pass more' })
  for (let j = 0; j < y.columns; j++) {
    const column = columnOf(y, j)
    if (column.some((value) => value !== column[0])) continue
    throw refusal('value', where, {
      expected: 'factors that vary',
      got: `${column[0]} everywhere in column ${j}`,
      remedy: 'leave that factor out',
      details: { factor: j },
    })
  }
  return { codes: z, factors: y }
}

/** More values than this, and as many as a third of the samples: too few of each to know what goes with it. */
const manyValues = 20

/**
 * Refuses factors of which most samples have a value of their own: knowing the sample then is knowing the factor, and every
 * code seems to know it alike.
 *
 * @throws GenError `value`, with the column.
 */
export function assertRepeats(where: string, factors: Matrix64): void {
  for (let j = 0; j < factors.columns; j++) {
    const counts = new Map<number, number>()
    for (const value of columnOf(factors, j)) counts.set(value, (counts.get(value) ?? 0) + 1)
    const alone = [...counts.values()].filter((count) => count === 1).length
    const many = counts.size > manyValues && 3 * counts.size >= factors.rows
    if (2 * alone <= factors.rows && !many) continue
    throw refusal('value', where, {
      expected: 'factors whose values repeat',
      got: `${counts.size} values of ${factors.rows} samples in column ${j}`,
      remedy: 'round them to a few values',
      details: { factor: j },
    })
  }
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
