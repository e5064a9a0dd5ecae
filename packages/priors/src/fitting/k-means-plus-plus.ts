/** Well spread starting points for clustering. @module */
import { fold, GenError, type Key, uniformArray } from '@gen/backend'
import type { Codes } from './codes.ts'

/**
 * Chooses rows as first centers: one at random, then each with probability proportional to its squared distance to the
 * nearest one chosen. Returns row numbers.
 *
 * Throws a GenError `value` where there are fewer different rows than centers.
 *
 * @see k-means++: the advantages of careful seeding (Arthur & Vassilvitskii, 2007)
 * https://dl.acm.org/doi/10.5555/1283383.1283494
 */
export function kMeansPlusPlus(where: string, codes: Codes, count: number, key: Key): number[] {
  const { rows } = codes
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
  const chosen = [Math.min(rows - 1, Math.floor(randomNumber(key, 0) * rows))]
  while (true) {
    const last = chosen.at(-1) as number
    for (let row = 0; row < rows; row++) nearest[row] = Math.min(nearest[row]!, squaredDistance(codes, row, last))
    if (chosen.length === count) return chosen
    const total = nearest.reduce((sum, distance) => sum + distance, 0)
    if (total === 0) {
      const message = `${where}: expected at least ${count} different codes for ${count} components, got ${chosen.length}`
      throw new GenError('value', `${message}; pass fewer components, or look for a collapsed encoder`, {
        details: { components: count, different: chosen.length },
      })
    }
    chosen.push(weightedChoice(nearest, randomNumber(key, chosen.length) * total))
  }
}

function randomNumber(key: Key, i: number): number {
  return uniformArray(fold(key, i), 1, 1)[0]!
}

/** The first row at which the running sum passes the mark, never one of weight 0. */
function weightedChoice(weights: Float64Array, mark: number): number {
  let sum = 0
  let candidate = 0
  for (let row = 0; row < weights.length; row++) {
    if (weights[row] === 0) continue
    candidate = row
    sum += weights[row]!
    if (sum > mark) break
  }
  return candidate
}

function squaredDistance({ values, size }: Codes, a: number, b: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) sum += (values[a * size + i]! - values[b * size + i]!) ** 2
  return sum
}
