/** Codes that can be compared. @module */
import { refusal } from '@gen/backend'
import { columnDeviations, type Matrix64 } from '@gen/linear-algebra'
import { type Codes, readPair } from '../codes.ts'

/**
 * Reads two sets of codes of the same samples that both vary.
 *
 * @throws GenError `shape` for fewer than 3 samples, and as `readPair`; `value` for codes that are all the same.
 */
export function differingPair(where: string, a: Codes, b: Codes): [Matrix64, Matrix64] {
  const pair = readPair(where, a, b)
  if (pair[0].rows < 3) throw refusal('shape', where, { expected: 'at least 3 samples', got: pair[0].rows })
  for (const [name, x] of [
    ['a', pair[0]],
    ['b', pair[1]],
  ] as const) {
    if (columnDeviations(x).some((deviation) => deviation > 0)) continue
    throw refusal('value', where, {
      expected: 'codes that differ',
      got: `${name} with all rows the same`,
      remedy: 'the encoder has collapsed',
    })
  }
  return pair
}
