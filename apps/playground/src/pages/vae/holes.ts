/** Draws that fall where no code is. @module */

/**
 * For each draw `x y`, whether it lies in a hole: farther from all codes than three times what is usual between neighbors, the
 * median distance of a code to its nearest.
 */
export function holes(draws: ArrayLike<number>, codes: ArrayLike<number>): boolean[] {
  const count = codes.length / 2
  const spacing = Array.from({ length: count }, (_, i) => nearest(codes, codes[2 * i]!, codes[2 * i + 1]!, i)).sort(
    (a, b) => a - b,
  )
  const usual = spacing[count >> 1] ?? 0
  return Array.from(
    { length: draws.length / 2 },
    (_, i) => nearest(codes, draws[2 * i]!, draws[2 * i + 1]!) > 3 * usual,
  )
}

function nearest(codes: ArrayLike<number>, x: number, y: number, own = -1): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; 2 * i < codes.length; i++) {
    if (i !== own) least = Math.min(least, (codes[2 * i]! - x) ** 2 + (codes[2 * i + 1]! - y) ** 2)
  }
  return Math.sqrt(least)
}
