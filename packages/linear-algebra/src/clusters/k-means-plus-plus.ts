/** Well spread starting points for clustering. @module */
import { squaredDistance } from '../distances/squared-distances.ts'
import { type Matrix64, rowOf } from '../matrices/matrix.ts'

/**
 * Chooses rows as first centers: one at random, then each with probability proportional to its squared distance to the
 * nearest one chosen. Gives row numbers: as many as there are draws, or fewer, where all rows are equal to chosen ones.
 *
 * @param draws - A number in [0, 1) for each center.
 * @see k-means++: the advantages of careful seeding (Arthur & Vassilvitskii, 2007)
 * https://dl.acm.org/doi/10.5555/1283383.1283494
 */
export function kMeansPlusPlus(x: Matrix64, draws: ArrayLike<number>): number[] {
  const nearest = new Float64Array(x.rows).fill(Number.POSITIVE_INFINITY)
  const chosen = [Math.min(x.rows - 1, Math.floor(draws[0]! * x.rows))]
  while (chosen.length < draws.length) {
    const last = rowOf(x, chosen[chosen.length - 1]!)
    for (let i = 0; i < x.rows; i++) nearest[i] = Math.min(nearest[i]!, squaredDistance(rowOf(x, i), last))
    const total = nearest.reduce((sum, distance) => sum + distance, 0)
    if (total === 0) break
    chosen.push(weightedChoice(nearest, draws[chosen.length]! * total))
  }
  return chosen
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
