/** Singular vectors of a joined matrix, from those of its halves. @module */
import { from, rowsAt } from '../arithmetic/kernels.ts'
import { dotFrom } from '../products/dot-product.ts'
import type { Joint } from './deflation.ts'
import type { Halves } from './halves.ts'
import type { Roots } from './secular.ts'

/** The vectors of the joined matrix, as weights of the old ones, which stand in the order of their halves. */
export function weigh({ arena, weights }: Halves, joint: Joint, roots: Roots, row: Float64Array, left: boolean): void {
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

/** Gives the rows of the vectors on the right to the joined values. */
export function combineRight(
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

/** The same of those on the left. */
export function combineLeft(
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
