/** Wasserstein distance on the line. @module */
import { assertNumber, refusal } from '@gen/backend'
import { readNumbers } from '../features/read-vectors.ts'

/** Of orders above it, powers tell only the largest gap. */
export const largestOrder = 1e3

/**
 * Wasserstein distance of order p between two samples of numbers: `(∫₀¹ |F⁻¹(u) − G⁻¹(u)|^p du)^(1/p)`, exact, for any
 * two counts.
 *
 * @throws GenError `shape` for an empty sample; `non-finite`; `range` for p outside 1…1000.
 * @see Computational optimal transport (Peyré & Cuturi, 2019), section 2.6 https://arxiv.org/abs/1803.00567
 * @example
 * const shift = wasserstein1d([0, 1, 3], [5, 6, 8]) // 5
 */
export function wasserstein1d(x: ArrayLike<number>, y: ArrayLike<number>, { p = 1 }: { p?: number } = {}): number {
  const where = 'metrics.wasserstein1d'
  assertNumber(where, 'p', p, { min: 1, max: largestOrder })
  if (x.length === 0 || y.length === 0) {
    throw refusal('shape', where, {
      expected: 'at least 1 number on each side',
      got: `${x.length} and ${y.length}`,
      remedy: 'pass more samples',
    })
  }
  const { scale, cost } = sortedCost(readNumbers(where, 'x', x).sort(), readNumbers(where, 'y', y).sort(), p)
  return scale * cost ** (1 / p)
}

/**
 * The distance between two ascending samples as `scale · cost^(1/p)`, the scale being the largest gap: of gaps of 1e-20 or 1e20
 * no power is needed then.
 */
export function sortedCost(x: Float64Array, y: Float64Array, p: number): { scale: number; cost: number } {
  const n = x.length
  const m = y.length
  let scale = 0
  forEachGap(x, y, (gap) => {
    scale = Math.max(scale, gap)
  })
  if (scale === 0) return { scale, cost: 0 }
  let total = 0
  forEachGap(x, y, (gap, share) => {
    const relative = gap / scale
    total += share * (p === 1 ? relative : p === 2 ? relative * relative : relative ** p)
  })
  return { scale, cost: total / (n * m) }
}

/** Visits |F⁻¹(u) − G⁻¹(u)| wherever it jumps, with the share of u in parts of n·m for which it holds. */
function forEachGap(x: Float64Array, y: Float64Array, visit: (gap: number, share: number) => void): void {
  const [n, m] = [x.length, y.length]
  let [i, j, from] = [0, 0, 0]
  // Levels of u are integers out of n·m, so that equal counts meet exactly.
  while (i < n && j < m) {
    const to = Math.min((i + 1) * m, (j + 1) * n)
    visit(Math.abs(x[i]! - y[j]!), to - from)
    if (to === (i + 1) * m) i++
    if (to === (j + 1) * n) j++
    from = to
  }
}
