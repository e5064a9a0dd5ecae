/** Densities of normals and their mixtures in float64, for the laws; not part of the package. @module */
import { inverse, Matrix } from 'ml-matrix'

/** log p at a point, and its gradient. */
interface At {
  readonly value: number
  readonly slope: number[]
}

/** A density in float64, and those of the components it is made of. */
export interface Reference {
  (z: readonly number[]): At
  readonly parts: readonly ((z: readonly number[]) => At)[]
}

/** `N(μ, Σ)`. */
export function full(mean: readonly number[], covariance: number[][]): Reference {
  const precision = inverse(new Matrix(covariance)).to2DArray()
  const [[a, b], [c, d]] = covariance as [[number, number], [number, number]]
  const logDet = Math.log(a * d - b * c)
  const at = (z: readonly number[]): At => {
    const gap = z.map((value, i) => value - mean[i]!)
    const slope = precision.map((row) => -row.reduce((sum, p, j) => sum + p * gap[j]!, 0))
    const distance = gap.reduce((sum, value, i) => sum - value * slope[i]!, 0)
    return { value: -0.5 * (distance + logDet + 2 * Math.log(2 * Math.PI)), slope }
  }
  return Object.assign(at, { parts: [at] })
}

/** `N(μ, diag σ²)` in the plane. */
export function diagonal(mean: readonly number[], deviation: readonly number[]): Reference {
  const [a, b] = deviation as [number, number]
  return full(mean, [
    [a * a, 0],
    [0, b * b],
  ])
}

/** Densities with equal shares. */
export function mixture(parts: readonly Reference[]): Reference {
  const at = (z: readonly number[]): At => {
    const each = parts.map((part) => part(z))
    const largest = Math.max(...each.map(({ value }) => value))
    const shares = each.map(({ value }) => Math.exp(value - largest))
    const total = shares.reduce((sum, share) => sum + share, 0)
    return {
      value: largest + Math.log(total / parts.length),
      slope: z.map((_, j) => each.reduce((sum, { slope }, i) => sum + (shares[i]! / total) * slope[j]!, 0)),
    }
  }
  return Object.assign(at, { parts })
}
