/** From a square matrix to one with two diagonals. @module */
import type { Arena } from '../arithmetic/arena.ts'
import { from, type Grid, rowsAt, turned } from '../arithmetic/kernels.ts'
import { type Reflectors, reflect, reflectorPanel } from './reflectors.ts'

/** `A = H₁·H₂·… · B · (G₁·G₂·…)ᵀ`, B with a diagonal and the numbers above it. */
export interface Bidiagonal {
  readonly diagonal: Float64Array
  /** As many as there are on the diagonal; the last is 0. */
  readonly above: Float64Array
  readonly left: Reflectors
  readonly right: Reflectors
}

/** Numbers that {@link bidiagonalize} takes. */
export function roomForBidiagonal(n: number): number {
  return 2 * n * n + 2 * reflectorPanel * n + 2 * reflectorPanel
}

/** The state of a reduction; `a` is what the finished panels left, `x` and `y` are the current panel's. */
interface Reduction {
  readonly arena: Arena
  readonly n: number
  readonly a: Grid
  readonly x: Grid
  readonly y: Grid
  readonly scratch: number
  readonly found: Bidiagonal
}

/**
 * Householder's reduction to two diagonals, of which half the work is products of matrices: a panel of reflectors v and u
 * is found with `A − Vᵀ·Y − Xᵀ·U` in mind, and taken off at once. Overwrites `a`.
 *
 * @see Block reduction of matrices to condensed forms for eigenvalue computations (Dongarra, Sorensen & Hammarling, 1989)
 * https://doi.org/10.1016/0377-0427(89)90367-1
 */
export function bidiagonalize(arena: Arena, n: number, a: Grid): Bidiagonal {
  const reflectors = () => ({
    count: n,
    length: n,
    vectors: rowsAt(arena.takeZeros(n * n), n),
    taus: new Float64Array(n),
  })
  const found = { diagonal: new Float64Array(n), above: new Float64Array(n), left: reflectors(), right: reflectors() }
  const [x, y] = [rowsAt(arena.takeZeros(reflectorPanel * n), n), rowsAt(arena.takeZeros(reflectorPanel * n), n)]
  const reduction = { arena, n, a, x, y, scratch: arena.takeZeros(2 * reflectorPanel), found }
  for (let start = 0; start < n; start += reflectorPanel) {
    const end = Math.min(n, start + reflectorPanel)
    for (let i = start; i < end; i++) {
      leftStep(reduction, start, i)
      if (i < n - 1) rightStep(reduction, start, i)
    }
    const [v, u] = [from(found.left.vectors, start, end), from(found.right.vectors, start, end)]
    const rest = from(a, end, end)
    arena.multiply('all', n - end, n - end, end - start, -1, turned(v), from(y, 0, end), rest)
    arena.multiply('all', n - end, n - end, end - start, -1, turned(from(x, 0, end)), u, rest)
  }
  return found
}

/** Column i without what the panel takes off it; its reflector v; and y, what v takes off the columns to the right. */
function leftStep({ arena, n, a, x, y, scratch, found }: Reduction, start: number, i: number): void {
  const { numbers } = arena
  const [before, below, right] = [i - start, n - i, n - i - 1]
  const { left, right: other } = found
  const v = left.vectors.at + i * (n + 1)
  for (let k = 0; k < below; k++) numbers[v + k] = numbers[a.at + (i + k) * n + i]!
  const [vs, us] = [from(left.vectors, start, i), from(other.vectors, start, i)]
  arena.transposedTimesVector(before, below, -1, vs, y.at + i, v, n)
  arena.transposedTimesVector(before, below, -1, from(x, 0, i), us.at, v, n)
  const { beta, tau } = reflect(numbers, v, below)
  found.diagonal[i] = beta
  left.taus[i] = tau
  const yi = y.at + before * n + i + 1
  numbers.fill(0, yi, yi + right)
  arena.transposedTimesVector(below, right, 1, from(a, i, i + 1), v, yi)
  numbers.fill(0, scratch, scratch + 2 * reflectorPanel)
  arena.timesVector(before, below, 1, vs, v, scratch)
  arena.transposedTimesVector(before, right, -1, from(y, 0, i + 1), scratch, yi)
  arena.timesVector(before, below, 1, from(x, 0, i), v, scratch + reflectorPanel)
  arena.transposedTimesVector(before, right, -1, from(us, 0, 1), scratch + reflectorPanel, yi)
  for (let k = 0; k < right; k++) numbers[yi + k]! *= tau
}

/** The same of row i right of the diagonal, u and x. */
function rightStep({ arena, n, a, x, y, scratch, found }: Reduction, start: number, i: number): void {
  const { numbers } = arena
  const [before, right] = [i - start, n - i - 1]
  const { left, right: other } = found
  const u = other.vectors.at + i * n + i + 1
  numbers.copyWithin(u, a.at + i * n + i + 1, a.at + (i + 1) * n)
  const [vs, us] = [from(left.vectors, start, i), from(other.vectors, start, i + 1)]
  arena.transposedTimesVector(before + 1, right, -1, from(y, 0, i + 1), vs.at, u, n)
  arena.transposedTimesVector(before, right, -1, us, x.at + i, u, n)
  const { beta, tau } = reflect(numbers, u, right)
  found.above[i] = beta
  other.taus[i] = tau
  const xi = x.at + before * n + i + 1
  numbers.fill(0, xi, xi + right)
  arena.timesVector(right, right, 1, from(a, i + 1, i + 1), u, xi)
  numbers.fill(0, scratch, scratch + 2 * reflectorPanel)
  arena.timesVector(before + 1, right, 1, from(y, 0, i + 1), u, scratch)
  arena.transposedTimesVector(before + 1, right, -1, from(vs, 0, 1), scratch, xi)
  arena.timesVector(before, right, 1, us, u, scratch + reflectorPanel)
  arena.transposedTimesVector(before, right, -1, from(x, 0, i + 1), scratch + reflectorPanel, xi)
  for (let k = 0; k < right; k++) numbers[xi + k]! *= tau
}
