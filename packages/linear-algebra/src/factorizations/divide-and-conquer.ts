/**
 * Singular values and vectors of a matrix with a diagonal and the numbers above it, by halves: each half has its
 * decomposition, and the row between them joins both.
 *
 * @see A divide-and-conquer algorithm for the bidiagonal SVD (Gu & Eisenstat, 1995)
 * https://doi.org/10.1137/S0895479892242232
 * @module
 */
import type { Arena } from '../arithmetic/arena.ts'
import { from, rowsAt } from '../arithmetic/kernels.ts'
import { dotFrom } from '../products/dot-product.ts'
import { deflate, type Joint } from './deflation.ts'
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

/** The vectors of the joined matrix, as weights of the old ones, which stand in the order of their halves. */
function weigh({ arena, weights }: Halves, joint: Joint, roots: Roots, row: Float64Array, left: boolean): void {
  const { numbers } = arena
  const { count, d } = roots
  // A single number is its own decomposition, 0 included.
  if (count === 1) {
    numbers[weights] = 1
    return
  }
  const poles = Float64Array.from(joint.order, (j) => d[j]!)
  const parts = Float64Array.from(joint.order, (j) => (left ? d[j]! * row[j]! : row[j]!))
  const first = joint.order.indexOf(0)
  for (let i = 0; i < count; i++) {
    const [base, offset, value] = [d[roots.origins[i]!]!, roots.offsets[i]!, roots.values[i]!]
    const at = weights + i * count
    for (let c = 0; c < count; c++) {
      const pole = poles[c]!
      numbers[at + c] = parts[c]! / ((pole - base - offset) * (pole + value))
    }
    if (left) numbers[at + first] = -1
    normalize(numbers, at, count)
  }
}

function normalize(numbers: Float64Array, at: number, count: number): void {
  const share = 1 / Math.sqrt(dotFrom(numbers, at, numbers, at, count))
  for (let c = 0; c < count; c++) numbers[at + c]! *= share
}

function combineRight(
  halves: Halves,
  joint: Joint,
  low: number,
  middle: number,
  high: number,
  places: Int32Array,
): void {
  const { width, right, wanted } = halves
  const rows = rowsAt(right, width)
  if (wanted === 'values') combine(halves, rows, joint, { low, column: 0, first: 2, second: 0 }, places, true)
  else {
    const parts = { low, column: low, first: middle - low + 1, second: high - middle }
    combine(halves, rows, joint, parts, places, false)
  }
}

function combineLeft(
  halves: Halves,
  joint: Joint,
  low: number,
  middle: number,
  high: number,
  places: Int32Array,
): void {
  const parts = { low, column: low, first: middle - low + 1, second: high - middle - 1 }
  combine(halves, rowsAt(halves.left, halves.n), joint, parts, places, false)
}

/** Columns of the rows that are combined: those of the first half, then those of the second. */
interface Parts {
  readonly low: number
  readonly column: number
  readonly first: number
  readonly second: number
}

/** Replaces rows by their combinations, and puts all rows in the order of the values. Zeros of a half's rows cost nothing. */
function combine(
  halves: Halves,
  vectors: { at: number; row: number },
  { order, rows, deflated, firsts, lasts }: Joint,
  { column, first, second }: Parts,
  places: Int32Array,
  whole: boolean,
): void {
  const { arena, weights, gathered, joined } = halves
  const { numbers } = arena
  const [count, width] = [order.length, first + second]
  const move = (to: number, at: number) => numbers.copyWithin(to, at, at + width)
  const place = (row: number) => vectors.at + row * vectors.row + column
  for (let c = 0; c < count; c++) move(gathered + c * width, place(rows[order[c]!]!))
  numbers.fill(0, joined, joined + count * width)
  const [w, old, out] = [rowsAt(weights, count), rowsAt(gathered, width), rowsAt(joined, width)]
  const [until, since] = whole ? [count, 0] : [count - lasts, firsts]
  arena.multiply('all', count, first, until, 1, w, old, out)
  if (second > 0) {
    arena.multiply(
      'all',
      count,
      second,
      count - since,
      1,
      from(w, 0, since),
      from(old, since, first),
      from(out, 0, first),
    )
  }
  deflated.forEach((row, i) => {
    move(joined + (count + i) * width, place(row))
  })
  for (let i = 0; i < count + deflated.length; i++) move(place(places[i]!), joined + i * width)
}
