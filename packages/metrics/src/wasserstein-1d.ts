/** Wasserstein distance on the line. @module */
import { assertNumber } from '@gen/backend'
import { readNumbers } from './read-vectors.ts'
import { refusal } from './refusal.ts'

/**
 * Wasserstein distance of order p between two samples of numbers: `(∫₀¹ |F⁻¹(u) − G⁻¹(u)|^p du)^(1/p)`, exact, for any
 * two counts.
 *
 * @throws GenError `shape` for an empty sample; `non-finite`; `range` for p < 1.
 * @see Computational optimal transport (Peyré & Cuturi, 2019), section 2.6 https://arxiv.org/abs/1803.00567
 * @example
 * const shift = wasserstein1d([0, 1, 3], [5, 6, 8])   // 5
 */
export function wasserstein1d(x: ArrayLike<number>, y: ArrayLike<number>, { p = 1 }: { p?: number } = {}): number {
  const where = 'metrics.wasserstein1d'
  assertNumber(where, 'p', p, { min: 1 })
  if (x.length === 0 || y.length === 0) {
    throw refusal('shape', where, {
      expected: 'at least 1 number on each side',
      got: `${x.length} and ${y.length}`,
      remedy: 'pass more samples',
    })
  }
  return sortedCost(readNumbers(where, 'x', x).sort(), readNumbers(where, 'y', y).sort(), p) ** (1 / p)
}

/** The p-th power of the distance between two ascending samples. */
export function sortedCost(x: Float64Array, y: Float64Array, p: number): number {
  const n = x.length
  const m = y.length
  let total = 0
  let [i, j, from] = [0, 0, 0]
  // Levels of u are integers out of n·m, so that equal counts meet exactly.
  while (i < n && j < m) {
    const to = Math.min((i + 1) * m, (j + 1) * n)
    const gap = Math.abs(x[i]! - y[j]!)
    total += (to - from) * (p === 1 ? gap : p === 2 ? gap * gap : gap ** p)
    if (to === (i + 1) * m) i++
    if (to === (j + 1) * n) j++
    from = to
  }
  return total / (n * m)
}
