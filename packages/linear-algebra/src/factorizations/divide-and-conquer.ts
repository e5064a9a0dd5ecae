/**
 * Singular values and vectors of a matrix with a diagonal and the numbers above it, by halves: each half has its
 * decomposition, and the row between them joins both.
 *
 * @see A divide-and-conquer algorithm for the bidiagonal SVD (Gu & Eisenstat, 1995)
 * https://doi.org/10.1137/S0895479892242232
 * @module
 */
import type { Arena } from '../arithmetic/arena.ts'
import { combineLeft, combineRight, weigh } from './combination.ts'
import { deflate } from './deflation.ts'
import type { Halves, Wanted } from './halves.ts'
import { exactRow, type Roots, secularRoots } from './secular.ts'

/** Ascending values; vectors as rows, `left` of `n × n` and `right` of `(n + 1) × (n + 1)`, whose last row and column are no part. */
export interface BidiagonalSvd {
  readonly values: Float64Array
  readonly left: number
  readonly right: number
}

/** Numbers that {@link bidiagonalSvd} takes. */
export function roomForBidiagonalSvd(n: number, wanted: Wanted): number {
  const size = (n + 1) ** 2
  return wanted === 'values' ? size + 6 * (n + 1) : 5 * size
}

/** Decomposes; `above` has as many numbers as the diagonal, the last 0. */
export function bidiagonalSvd(
  arena: Arena,
  diagonal: Float64Array,
  above: Float64Array,
  wanted: Wanted,
): BidiagonalSvd {
  const n = diagonal.length
  const width = wanted === 'values' ? 2 : n + 1
  const halves: Halves = {
    ...{ arena, n, diagonal, above, wanted, width, values: new Float64Array(n) },
    left: wanted === 'both' ? arena.takeZeros(n * n) : 0,
    right: arena.takeZeros((n + 1) * width),
    weights: arena.take(n * n),
    gathered: arena.take((n + 1) * width),
    joined: arena.take((n + 1) * width),
  }
  for (let i = 0; i <= n; i++) {
    if (wanted === 'values') arena.numbers.fill(1, halves.right + 2 * i, halves.right + 2 * i + 2)
    else arena.numbers[halves.right + i * (n + 2)] = 1
    if (wanted === 'both' && i < n) arena.numbers[halves.left + i * (n + 1)] = 1
  }
  solve(halves, 0, n)
  return halves
}

function solve(halves: Halves, low: number, high: number): void {
  if (low === high) return
  const middle = (low + high) >> 1
  solve(halves, low, middle)
  solve(halves, middle + 1, high)
  join(halves, low, middle, high)
}

/** Joins the decompositions of the rows before the middle one and after it. */
function join(halves: Halves, low: number, middle: number, high: number): void {
  const joint = deflate(halves, low, middle, high)
  const { d, z, rows, deflated } = joint
  const roots = secularRoots(d, z)
  const row = exactRow(roots, z)
  const places = placesOf(halves, roots, deflated, low)
  weigh(halves, joint, roots, row, false)
  combineRight(halves, joint, low, middle, high, places)
  if (halves.wanted === 'both') {
    weigh(halves, joint, roots, row, true)
    combineLeft(halves, joint, low, middle, high, places)
  }
  const kept = deflated.map((index) => halves.values[index]!)
  for (let i = 0; i < rows.length; i++) halves.values[places[i]!] = roots.values[i]!
  kept.forEach((value, i) => {
    halves.values[places[rows.length + i]!] = value
  })
}

/** Where each root and then each deflated value stands among all, ascending. */
function placesOf({ values }: Halves, roots: Roots, deflated: readonly number[], low: number): Int32Array {
  const all = [...roots.values, ...deflated.map((index) => values[index]!)]
  const order = all.map((_, i) => i).sort((i, j) => all[i]! - all[j]! || i - j)
  const places = new Int32Array(all.length)
  order.forEach((from, to) => {
    places[from] = low + to
  })
  return places
}
