/**
 * Singular values of a matrix that is diagonal but for its first row: the roots of a secular equation.
 *
 * @see A divide-and-conquer algorithm for the bidiagonal SVD (Gu & Eisenstat, 1995)
 * https://doi.org/10.1137/S0895479892242232
 * @see Solving secular equations stably and efficiently (Li, 1993) https://www.netlib.org/lapack/lawnspdf/lawn89.pdf
 * @module
 */

/**
 * The roots σ of `1 + Σ zⱼ² / (dⱼ² − σ²)`, one above each d: each as its distance from the nearest d, for only so
 * `dⱼ − σ` keeps its digits.
 */
export interface Roots {
  readonly count: number
  /** Ascending, from 0 on, with gaps. */
  readonly d: Float64Array
  readonly values: Float64Array
  readonly origins: Int32Array
  readonly offsets: Float64Array
}

/** A guess: the equation's value, its slope in σ² by poles up to the root's and by poles above, and the size of its terms. */
interface Guess {
  value: number
  below: number
  above: number
  size: number
}

const mostSteps = 100

/** Finds all roots; z has no zeros. */
export function secularRoots(d: Float64Array, z: Float64Array): Roots {
  const count = d.length
  const roots = {
    count,
    d,
    values: new Float64Array(count),
    origins: new Int32Array(count),
    offsets: new Float64Array(count),
  }
  const squares = z.map((value) => value * value)
  const guess: Guess = { value: 0, below: 0, above: 0, size: 0 }
  if (count === 1) {
    roots.values[0] = Math.abs(z[0]!)
    return roots
  }
  for (let i = 0; i < count; i++) findRoot(roots, squares, i, guess)
  return roots
}

function findRoot({ count, d, values, origins, offsets }: Roots, squares: Float64Array, i: number, guess: Guess): void {
  const low = d[i]!
  let [origin, least, most] = [i, 0, 0]
  if (i === count - 1) {
    const total = squares.reduce((sum, value) => sum + value, 0)
    most = total / (low + Math.sqrt(low * low + total))
  } else {
    const half = (d[i + 1]! - low) / 2
    evaluate(d, squares, i, i, half, guess)
    if (guess.value >= 0) most = half
    else [origin, least] = [i + 1, half - (d[i + 1]! - low)]
  }
  const offset = refined(d, squares, i, origin, least, most, guess)
  origins[i] = origin
  offsets[i] = offset
  values[i] = d[origin]! + offset
}

/** The root in a bracket of offsets from `d[origin]`. */
function refined(
  d: Float64Array,
  squares: Float64Array,
  i: number,
  origin: number,
  least: number,
  most: number,
  guess: Guess,
): number {
  let offset = most
  if (i < d.length - 1) {
    const first = interpolated(d, i, origin, origin === i ? most : least, guess)
    offset = first > least && first < most ? first : (least + most) / 2
  }
  for (let step = 0; step < mostSteps; step++) {
    evaluate(d, squares, i, origin, offset, guess)
    if (Math.abs(guess.value) <= 2 * Number.EPSILON * guess.size) break
    if (guess.value > 0) most = offset
    else least = offset
    const next = interpolated(d, i, origin, offset, guess)
    const inside = next > least && next < most
    const chosen = inside ? next : (least + most) / 2
    if (Math.abs(chosen - offset) <= Number.EPSILON * Math.abs(offset)) break
    offset = chosen
  }
  return offset
}

/** Evaluates the equation at `d[origin] + offset`. */
function evaluate(
  d: Float64Array,
  squares: Float64Array,
  i: number,
  origin: number,
  offset: number,
  guess: Guess,
): void {
  const base = d[origin]!
  const value = base + offset
  let [below, belowSlope, above, aboveSlope] = [0, 0, 0, 0]
  for (let j = 0; j <= i; j++) {
    const inverse = 1 / ((d[j]! - base - offset) * (d[j]! + value))
    const term = squares[j]! * inverse
    below += term
    belowSlope += term * inverse
  }
  for (let j = i + 1; j < d.length; j++) {
    const inverse = 1 / ((d[j]! - base - offset) * (d[j]! + value))
    const term = squares[j]! * inverse
    above += term
    aboveSlope += term * inverse
  }
  guess.value = 1 + below + above
  guess.below = belowSlope
  guess.above = aboveSlope
  guess.size = 1 - below + above
}

/** The root of the function with poles at the root's neighbors that has this value and these slopes: Li's middle way. */
function interpolated(d: Float64Array, i: number, origin: number, offset: number, guess: Guess): number {
  const base = d[origin]!
  const value = base + offset
  const low = (d[i]! - base - offset) * (d[i]! + value)
  let step: number
  if (i === d.length - 1) {
    // One pole: c + q / (low − step) = 0.
    const c = guess.value - low * guess.below
    step = (low * guess.value) / c
  } else {
    const high = (d[i + 1]! - base - offset) * (d[i + 1]! + value)
    const c = guess.value - low * guess.below - high * guess.above
    const a = (low + high) * guess.value - low * high * (guess.below + guess.above)
    const b = low * high * guess.value
    const root = Math.sqrt(Math.max(0, a * a - 4 * b * c))
    step = a <= 0 ? (a - root) / (2 * c) : (2 * b) / (a + root)
  }
  return offset + step / (value + Math.sqrt(Math.max(0, value * value + step)))
}

/**
 * The first row for which the roots are exact: singular vectors computed from it are orthogonal, however close the roots.
 */
export function exactRow({ count, d, values, origins, offsets }: Roots, z: Float64Array): Float64Array {
  const squares = new Float64Array(count).fill(1)
  for (let i = 0; i < count; i++) {
    const [base, offset, value] = [d[origins[i]!]!, offsets[i]!, values[i]!]
    const [before, after] = [d[i]!, d[i + 1] ?? 0]
    for (let j = 0; j < count; j++) {
      const pole = d[j]!
      const distance = (base - pole + offset) * (pole + value)
      const other = i < j ? before : after
      squares[j]! *= i === count - 1 ? distance : distance / ((other - pole) * (other + pole))
    }
  }
  return squares.map((square, j) => (z[j]! < 0 ? -1 : 1) * Math.sqrt(Math.abs(square)))
}
