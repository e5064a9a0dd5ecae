/** Ranks of numbers. @module */

/** The place of each number among all in ascending order; of equal ones the first comes first. */
export function ranksOf(numbers: ArrayLike<number>): Int32Array {
  const order = Array.from({ length: numbers.length }, (_, i) => i).sort((a, b) => numbers[a]! - numbers[b]! || a - b)
  const ranks = new Int32Array(numbers.length)
  order.forEach((place, rank) => {
    ranks[place] = rank
  })
  return ranks
}
