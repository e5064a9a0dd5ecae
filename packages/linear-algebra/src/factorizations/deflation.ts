/** What is left to solve where two halves are joined: equal values and zeros of the joining row fall out. @module */
import type { Halves } from './halves.ts'

/** The matrix that joins two halves: `z` in its first row, `d` on its diagonal, `d[0] = 0`. */
export interface Joint {
  readonly d: Float64Array
  readonly z: Float64Array
  /** Which row of the vectors each number belongs to. */
  readonly rows: readonly number[]
  /** The numbers by what their vectors are made of: `firsts` of the first half alone, then mixed, then `lasts`. */
  readonly order: readonly number[]
  readonly firsts: number
  readonly lasts: number
  /** Rows of vectors that stay as they are. */
  readonly deflated: readonly number[]
}

/** What a vector is made of. */
const [first, mixed, second] = [0, 1, 2]

/** Joins the halves before and after the row `middle`, and turns vectors of equal values until one of each is left. */
export function deflate(halves: Halves, low: number, middle: number, high: number): Joint {
  const z = joiningRow(halves, low, middle, high)
  const { values, diagonal, above } = halves
  let largest = Math.max(Math.abs(diagonal[middle]!), Math.abs(above[middle]!))
  for (let i = low; i < high; i++) if (i !== middle) largest = Math.max(largest, values[i]!)
  const negligible = 4 * Number.EPSILON * largest
  const origins = Int8Array.from({ length: high - low }, (_, i) => (low + i < middle ? first : second))
  origins[middle - low] = mixed
  const [kept, deflated] = [[middle], [] as number[]]
  let last = -1
  for (const row of ascending(values, low, middle, high)) {
    if (!(Math.abs(z[row - low]!) > negligible)) deflated.push(row)
    else if (last >= 0 && values[row]! - values[last]! <= negligible) {
      turnTogether(halves, z, low, last, row)
      if (origins[last - low] !== origins[row - low]) origins[row - low] = mixed
      deflated.push(last)
      last = row
    } else {
      if (last >= 0) kept.push(last)
      last = row
    }
  }
  if (last >= 0) kept.push(last)
  return jointOf(halves, kept, deflated, z, origins, low, negligible)
}

function jointOf(
  { values }: Halves,
  rows: number[],
  deflated: number[],
  z: Float64Array,
  origins: Int8Array,
  low: number,
  negligible: number,
): Joint {
  const d = Float64Array.from(rows, (row, i) => (i === 0 ? 0 : values[row]!))
  // A second 0 would make two equal poles.
  if (d.length > 1 && d[1]! <= negligible / 2) d[1] = negligible / 2
  const entries = Float64Array.from(rows, (row) => z[row - low]!)
  // Alone it may be 0; beside others the root needs a distance from its pole.
  if (d.length > 1 && entries[0]! <= negligible) entries[0] = negligible
  const numbers = rows.map((_, i) => i)
  const [firsts, others, lasts] = [first, mixed, second].map((origin) =>
    numbers.filter((i) => origins[rows[i]! - low] === origin),
  ) as [number[], number[], number[]]
  const order = [...firsts, ...others, ...lasts]
  return { d, z: entries, rows, order, firsts: firsts.length, lasts: lasts.length, deflated }
}

/** The middle row of the matrix in the basis of the vectors; both null vectors become one that the row sees, and one not. */
function joiningRow(
  { arena, diagonal, above, right, width, wanted }: Halves,
  low: number,
  middle: number,
  high: number,
) {
  const { numbers } = arena
  const ends = wanted === 'values'
  const [alpha, beta] = [diagonal[middle]!, above[middle]!]
  const lastOf = (row: number) => numbers[right + row * width + (ends ? 1 : middle)]!
  const firstOf = (row: number) => numbers[right + row * width + (ends ? 0 : middle + 1)]!
  const z = new Float64Array(high - low)
  for (let row = low; row < middle; row++) z[row - low] = alpha * lastOf(row)
  for (let row = middle + 1; row < high; row++) z[row - low] = beta * firstOf(row)
  const [p, q] = [alpha * lastOf(middle), beta * firstOf(high)]
  const length = Math.hypot(p, q)
  z[middle - low] = length
  if (ends) {
    for (let row = low; row <= middle; row++) numbers[right + row * width + 1] = 0
    for (let row = middle + 1; row <= high; row++) numbers[right + row * width] = 0
  }
  const [cosine, sine] = length > 0 ? [p / length, q / length] : [1, 0]
  const [column, span] = ends ? [0, 2] : [low, high - low + 1]
  arena.turn(span, cosine, sine, right + middle * width + column, right + high * width + column)
  return z
}

/** Rows but the middle one, their values ascending; both halves are. */
function ascending(values: Float64Array, low: number, middle: number, high: number): number[] {
  const out: number[] = []
  let [i, j] = [low, middle + 1]
  while (i < middle || j < high) {
    if (j >= high || (i < middle && values[i]! <= values[j]!)) out.push(i++)
    else out.push(j++)
  }
  return out
}

/** Turns the vectors of two equal values so that the joining row sees only the second. */
function turnTogether(halves: Halves, z: Float64Array, low: number, last: number, row: number): void {
  const { arena, left, right, n, width, wanted } = halves
  const length = Math.hypot(z[last - low]!, z[row - low]!)
  const [cosine, sine] = [z[row - low]! / length, z[last - low]! / length]
  z[row - low] = length
  z[last - low] = 0
  arena.turn(width, cosine, -sine, right + last * width, right + row * width)
  if (wanted === 'both') arena.turn(n, cosine, -sine, left + last * n, left + row * n)
}
