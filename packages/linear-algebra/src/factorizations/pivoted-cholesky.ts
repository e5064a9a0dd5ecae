/** Symmetric semidefinite matrices of any rank. @module */
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { placed } from '../arithmetic/copies.ts'
import { from, type Grid, rowsAt, turned } from '../arithmetic/kernels.ts'
import { assertSquare } from '../matrices/assert-size.ts'
import { type Matrix64, zeroMatrix } from '../matrices/matrix.ts'

/** Rows that are found one after the other; what they take off the rest of the matrix is a product. */
const panel = 32

/** A factorization on the way: rows and columns of `a` stand in the order of `order`. */
interface Pivoting {
  readonly arena: Arena
  readonly n: number
  readonly a: Grid
  readonly factor: Grid
  /** What is left of the diagonal. */
  readonly left: Float64Array
  readonly order: number[]
}

/**
 * F with `A = FᵀF`, as many rows as A has rank: Cholesky's factorization with the largest pivot first, until what is left
 * of the diagonal is at most `tolerance`, a share of its largest number. As exact as eigenvectors at a fraction of their time.
 *
 * @see Analysis of the Cholesky decomposition of a semi-definite matrix (Higham, 1990)
 * https://eprints.maths.manchester.ac.uk/1193/
 */
export function pivotedCholesky(a: Matrix64, tolerance: number): Matrix64 {
  assertSquare('pivotedCholesky', a)
  const n = a.rows
  const left = Float64Array.from({ length: n }, (_, i) => a.data[i * n + i]!)
  const noise = tolerance * left.reduce((most, value) => Math.max(most, value), 0)
  return inArena('pivotedCholesky', 2 * n * n, (arena) => {
    const order = Array.from({ length: n }, (_, i) => i)
    const pivoting = { arena, n, a: placed(arena, a), factor: rowsAt(arena.take(n * n), n), left, order }
    let rank = 0
    for (let size = panel; size === panel; rank += size) size = findPanel(pivoting, rank, noise)
    return inOrder(pivoting, rank)
  })
}

/** Finds up to a panel of rows from `start` on, and says how many there are. */
function findPanel(pivoting: Pivoting, start: number, noise: number): number {
  const { arena, n, a, factor, left } = pivoting
  const end = Math.min(n, start + panel)
  for (let i = start; i < end; i++) {
    const pivot = largestFrom(left, i)
    const value = left[pivot]!
    if (!(value > noise)) return i - start
    exchange(pivoting, i, pivot)
    const row = factor.at + i * n + i
    arena.numbers.copyWithin(row, a.at + i * n + i, a.at + (i + 1) * n)
    const earlier = from(factor, start, i)
    arena.transposedTimesVector(i - start, n - i, -1, earlier, earlier.at, row, n)
    const root = Math.sqrt(value)
    for (let j = i; j < n; j++) {
      const number = arena.numbers[row + j - i]! / root
      arena.numbers[row + j - i] = number
      left[j]! -= number * number
    }
    left[i] = 0
  }
  const rows = from(factor, start, end)
  if (end < n) arena.multiply('all', n - end, n - end, end - start, -1, turned(rows), rows, from(a, end, end))
  return end - start
}

function largestFrom(left: Float64Array, start: number): number {
  let best = start
  for (let i = start + 1; i < left.length; i++) if (left[i]! > left[best]!) best = i
  return best
}

/** Exchanges two rows and columns of what is left, and two columns of what is found. */
function exchange({ arena: { numbers }, n, a, factor, left, order }: Pivoting, i: number, j: number): void {
  if (i === j) return
  for (let k = i; k < n; k++) swap(numbers, a.at + i * n + k, a.at + j * n + k)
  for (let k = i; k < n; k++) swap(numbers, a.at + k * n + i, a.at + k * n + j)
  for (let k = 0; k < i; k++) swap(numbers, factor.at + k * n + i, factor.at + k * n + j)
  swap(left, i, j)
  swap(order, i, j)
}

function swap(numbers: Float64Array | number[], i: number, j: number): void {
  const kept = numbers[i]!
  numbers[i] = numbers[j]!
  numbers[j] = kept
}

/** The rows found, their columns in the order of the matrix. */
function inOrder({ arena: { numbers }, n, factor, order }: Pivoting, rank: number): Matrix64 {
  const out = zeroMatrix(rank, n)
  for (let i = 0; i < rank; i++) {
    for (let j = i; j < n; j++) out.data[i * n + order[j]!] = numbers[factor.at + i * n + j]!
  }
  return out
}
