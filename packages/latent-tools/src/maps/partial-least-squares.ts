/** Partial least squares regression. @module */
import {
  addTo,
  crossProduct,
  dominantLeft,
  dotProduct,
  type HeldMatrix,
  type Matrix64,
  rankTolerance,
  rowOf,
  sumOfSquares,
  timesTransposed,
  withHeldMatrix,
  zeroMatrix,
} from '@gen/linear-algebra'

/** A covariance that is a smaller share of the first one is rounding: there is nothing left to explain. */
const rounding = 1e-13

/** What {@link partialLeastSquares} finds. */
export interface PartialLeastSquares {
  readonly weights: Matrix64
  /** Directions used: fewer than asked for where x spans no more, or y is explained already. */
  readonly components: number
  /** Whether x spans no more directions than were used. */
  readonly exhausted: boolean
}

/**
 * W of `y ≈ x·W` through `components` directions of x that covary most with y, one after the other, each orthogonal to
 * what the ones before explain.
 *
 * The numbers of NIPALS in the regression form, without deflating x: only the covariance xᵀy is deflated, and each
 * direction is kept as one that acts on x as it is. The search ends where a direction's scores are less than 10⁻⁷ of the
 * first one's: x has no such direction to the seven digits of float32, and dividing by it would give weights of any size.
 *
 * @see PLS-regression: a basic tool of chemometrics (Wold et al., 2001) https://doi.org/10.1016/S0169-7439(01)00155-1
 * @see Improved PLS algorithms (Dayal & MacGregor, 1997)
 * https://doi.org/10.1002/(SICI)1099-128X(199701)11:1%3C73::AID-CEM435%3E3.0.CO;2-%23
 */
export function partialLeastSquares(x: Matrix64, y: Matrix64, components: number): PartialLeastSquares {
  return withHeldMatrix(x, (held) => throughDirections(x, held, y, components))
}

function throughDirections(x: Matrix64, held: HeldMatrix, y: Matrix64, components: number): PartialLeastSquares {
  const weights = zeroMatrix(x.columns, y.columns)
  const covariance = crossProduct(x, y)
  const [whole, spread] = [sumOfSquares(covariance), sumOfSquares(x)]
  const found: { direction: Float64Array; loading: Float64Array }[] = []
  let [first, unexplained] = [0, spread]
  let exhausted = !(spread > 0)
  while (!exhausted && found.length < components && sumOfSquares(covariance) > rounding ** 2 * whole) {
    const direction = dominantLeft(covariance)
    if (!direction) break
    const weight = direction.slice()
    for (const other of found) addTo(direction, other.direction, -dotProduct(other.loading, weight))
    const score = held.times(direction)
    const square = dotProduct(score, score)
    first = Math.max(first, square)
    exhausted = !(square > rankTolerance ** 2 * first)
    if (exhausted) break
    const loading = held.timesTransposed(score).map((value) => value / square)
    const target = timesTransposed(covariance, direction).map((value) => value / square)
    found.push({ direction, loading })
    addOuter(weights, direction, target, 1)
    addOuter(covariance, loading, target, -square)
    unexplained -= square * dotProduct(loading, loading)
  }
  exhausted ||= !(unexplained > rounding * spread)
  return { weights, components: found.length, exhausted }
}

function addOuter(out: Matrix64, left: Float64Array, right: Float64Array, factor: number): void {
  for (let i = 0; i < out.rows; i++) {
    addTo(rowOf(out, i), right, factor * left[i]!)
  }
}
