/** Rows of class probabilities. @module */
import { refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'

/** Throws a GenError `range` unless every row is a probability distribution, to a thousandth. */
export function assertProbabilities(where: string, { rows, columns, data }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0
    let lowest = 0
    for (let j = 0; j < columns; j++) {
      sum += data[i * columns + j]!
      lowest = Math.min(lowest, data[i * columns + j]!)
    }
    if (Math.abs(sum - 1) < 1e-3 && lowest >= 0) continue
    const got = lowest < 0 ? `${lowest} in row ${i}` : `a sum of ${sum} in row ${i}`
    throw refusal('range', where, {
      expected: 'rows of probabilities that sum to 1',
      got: got,
      remedy: 'apply softmax to logits',
      details: { row: i, sum, lowest },
    })
  }
}
