/** For tests: how far samples are from what they should follow. @module */

/** Kolmogorov's √n·D of the sample against the distribution function; above 1.63 once in 100 true samples. */
export function kolmogorov(sample: ArrayLike<number>, distribution: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort()
  const n = sorted.length
  let largest = 0
  for (const [i, x] of sorted.entries()) {
    const p = distribution(x)
    largest = Math.max(largest, (i + 1) / n - p, p - i / n)
  }
  return Math.sqrt(n) * largest
}

/** Pearson's χ² of counts against equal expectations, as a standard normal number (Wilson & Hilferty, 1931). */
export function chiSquare(counts: readonly number[], weights: readonly number[] = counts.map(() => 1)): number {
  const total = counts.reduce((sum, n) => sum + n, 0)
  const weight = weights.reduce((sum, w) => sum + w, 0)
  const statistic = counts.reduce((sum, n, i) => {
    const expected = (total * weights[i]!) / weight
    return sum + (n - expected) ** 2 / expected
  }, 0)
  const freedom = counts.length - 1
  const spread = 2 / (9 * freedom)
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread)
}

/** The correlation of two samples times √n: a standard normal number where they are independent. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length
  const mean = (list: ArrayLike<number>) => Array.from(list).reduce((sum, x) => sum + x, 0) / n
  const [meanA, meanB] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    ab += (a[i]! - meanA) * (b[i]! - meanB)
    aa += (a[i]! - meanA) ** 2
    bb += (b[i]! - meanB) ** 2
  }
  return (Math.sqrt(n) * ab) / Math.sqrt(aa * bb)
}

/** The standard normal distribution function, to 1.5e-7 (Abramowitz & Stegun 7.1.26). */
export function normalDistribution(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2
  const t = 1 / (1 + 0.3275911 * z)
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const upper = 1 - series * Math.exp(-z * z)
  return x > 0 ? (1 + upper) / 2 : (1 - upper) / 2
}
