/** From a symmetric matrix to one with three diagonals. @module */
import type { Arena } from '../arithmetic/arena.ts'
import { from, type Grid, rowsAt, turned } from '../arithmetic/kernels.ts'
import { dotFrom } from '../products/dot-product.ts'
import { type Reflectors, reflect, reflectorPanel } from './reflectors.ts'

/** `A = (H₁·H₂·…) · T · (H₁·H₂·…)ᵀ`, T symmetric with a diagonal and the numbers beside it. */
export interface Tridiagonal {
  readonly diagonal: Float64Array
  /** As many as there are on the diagonal; the last is 0. */
  readonly beside: Float64Array
  readonly reflectors: Reflectors
}

/** Numbers that {@link tridiagonalize} takes. */
export function roomForTridiagonal(n: number): number {
  return n * n + reflectorPanel * n + 2 * reflectorPanel
}

interface Reduction {
  readonly arena: Arena
  readonly n: number
  readonly a: Grid
  readonly w: Grid
  readonly scratch: number
  readonly found: Tridiagonal
}

/**
 * Householder's reduction to three diagonals: a panel of reflectors v is found with `A − Vᵀ·W − Wᵀ·V` in mind, and taken
 * off at once. Overwrites `a`, which holds both halves.
 *
 * @see Block reduction of matrices to condensed forms for eigenvalue computations (Dongarra, Sorensen & Hammarling, 1989)
 * https://doi.org/10.1016/0377-0427(89)90367-1
 */
export function tridiagonalize(arena: Arena, n: number, a: Grid): Tridiagonal {
  const vectors = rowsAt(arena.takeZeros(n * n), n)
  const reflectors = { count: n, length: n, vectors, taus: new Float64Array(n) }
  const found = { diagonal: new Float64Array(n), beside: new Float64Array(n), reflectors }
  const w = rowsAt(arena.takeZeros(reflectorPanel * n), n)
  const reduction = { arena, n, a, w, scratch: arena.takeZeros(2 * reflectorPanel), found }
  for (let start = 0; start < n; start += reflectorPanel) {
    const end = Math.min(n, start + reflectorPanel)
    for (let i = start; i < end; i++) step(reduction, start, i)
    const [v, rest] = [from(vectors, start, end), from(a, end, end)]
    const other = from(w, 0, end)
    arena.multiply('all', n - end, n - end, end - start, -1, turned(v), other, rest)
    arena.multiply('all', n - end, n - end, end - start, -1, turned(other), v, rest)
  }
  return found
}

function step({ arena, n, a, w, scratch, found }: Reduction, start: number, i: number): void {
  const { numbers } = arena
  const { vectors, taus } = found.reflectors
  const [before, rest] = [i - start, n - i - 1]
  const row = vectors.at + i * (n + 1)
  numbers.copyWithin(row, a.at + i * (n + 1), a.at + (i + 1) * n)
  const [vs, ws] = [from(vectors, start, i), from(w, 0, i)]
  arena.transposedTimesVector(before, rest + 1, -1, vs, ws.at, row, n)
  arena.transposedTimesVector(before, rest + 1, -1, ws, vs.at, row, n)
  found.diagonal[i] = numbers[row]!
  numbers[row] = 0
  if (rest === 0) return
  const v = row + 1
  const { beta, tau } = reflect(numbers, v, rest)
  found.beside[i] = beta
  taus[i] = tau
  const wi = w.at + before * n + i + 1
  numbers.fill(0, wi, wi + rest)
  arena.timesVector(rest, rest, 1, from(a, i + 1, i + 1), v, wi)
  numbers.fill(0, scratch, scratch + 2 * reflectorPanel)
  arena.timesVector(before, rest, 1, from(ws, 0, 1), v, scratch)
  arena.transposedTimesVector(before, rest, -1, from(vs, 0, 1), scratch, wi)
  arena.timesVector(before, rest, 1, from(vs, 0, 1), v, scratch + reflectorPanel)
  arena.transposedTimesVector(before, rest, -1, from(ws, 0, 1), scratch + reflectorPanel, wi)
  const along = 0.5 * tau * tau * dotFrom(numbers, wi, numbers, v, rest)
  for (let k = 0; k < rest; k++) numbers[wi + k] = tau * numbers[wi + k]! - along * numbers[v + k]!
}
