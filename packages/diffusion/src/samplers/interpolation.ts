/** Integrals of the polynomial through given points. @module */

/**
 * The weights wⱼ with `∫ p(v) k(v) dv = Σ wⱼ p(vⱼ)` for each polynomial p of fewer degrees than nodes, of a kernel k with
 * moments `∫ vᵐ k(v) dv`: the integrals of Lagrange's polynomials.
 */
export function interpolationWeights(nodes: readonly number[], moments: readonly number[]): number[] {
  return nodes.map((node, j) => {
    let polynomial = [1]
    nodes.forEach((other, k) => {
      if (k !== j) polynomial = timesLinear(polynomial, -other / (node - other), 1 / (node - other))
    })
    return polynomial.reduce((sum, coefficient, m) => sum + coefficient * moments[m]!, 0)
  })
}

/** The polynomial times `constant + slope · v`; coefficients by rising power. */
function timesLinear(polynomial: readonly number[], constant: number, slope: number): number[] {
  return Array.from(
    { length: polynomial.length + 1 },
    (_, m) => (polynomial[m] ?? 0) * constant + (polynomial[m - 1] ?? 0) * slope,
  )
}

/** As {@link interpolationWeights} for `∫ p(v) dv` from one number to another. */
export function integralWeights(nodes: readonly number[], from: number, to: number): number[] {
  const length = to - from
  const places = nodes.map((node) => (node - from) / length)
  const moments = nodes.map((_, m) => 1 / (m + 1))
  return interpolationWeights(places, moments).map((weight) => weight * length)
}
