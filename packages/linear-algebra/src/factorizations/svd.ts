/** The singular value decomposition. @module */
import { copiedColumns } from '../arithmetic/copies.ts'
import { type Grid, rowsAt } from '../arithmetic/kernels.ts'
import { type Matrix64, transposed, zeroMatrix } from '../matrices/matrix.ts'
import { type Reduced, reduced } from './reduced.ts'
import { timesReflectors } from './reflectors.ts'
import { scaleOf } from './scale.ts'

/** `A = U · diag(values) · Vᵀ`, with as many columns in U and V as A has rows or columns, whichever are fewer. */
export interface Svd {
  readonly u: Matrix64
  /** From the largest to the smallest. */
  readonly values: Float64Array
  readonly v: Matrix64
}

/** {@link Svd} without U. */
export type RightSvd = Omit<Svd, 'u'>

/**
 * Decomposes by QR, where there are more rows than columns, Householder's reduction to two diagonals (Golub & Kahan, 1965),
 * and divide and conquer (Gu & Eisenstat, 1995). Every value is right to some roundings of the largest one, whatever the
 * scale of A; U and V are orthonormal where A is rank deficient too. All is NaN where a number of A is not finite.
 *
 * @see Calculating the singular values and pseudo-inverse of a matrix (Golub & Kahan, 1965)
 * https://doi.org/10.1137/0702016
 * @see A divide-and-conquer algorithm for the bidiagonal SVD (Gu & Eisenstat, 1995)
 * https://doi.org/10.1137/S0895479892242232
 */
export function svd(a: Matrix64): Svd {
  if (a.rows < a.columns) {
    const { u, values, v } = svd(transposed(a))
    return { u: v, values, v: u }
  }
  const { rows, columns: n } = a
  const scale = scaleOf(a)
  if (scale === undefined) return { u: notNumbers(rows, n), values: notNumbers(n, 1).data, v: notNumbers(n, n) }
  return reduced('svd', { matrix: a, scale, wanted: 'both' }, (found) => {
    const { values, order } = descending(found)
    const left = rowsAt(found.found.left, n)
    timesReflectors(found.arena, found.room, n, left, found.bidiagonal.left, true)
    const u = copiedColumns(found.arena, found.q ? lengthened(found, left, rows, n) : left, rows, order)
    return { u, values, v: rightOf(found, n, order) }
  })
}

/**
 * Singular values and the vectors on the right, in half of the time of {@link svd} where there are many rows. With
 * fewer rows than columns there are as many vectors as rows.
 *
 * @example
 * const { values, v } = rightSvd(matrix([[3, 0], [0, 4], [0, 0]]))
 * values[0] // 4
 */
export function rightSvd(a: Matrix64): RightSvd {
  const { rows, columns: n } = a
  if (rows < n) {
    const { values, v } = svd(a)
    return { values, v }
  }
  const scale = scaleOf(a)
  if (scale === undefined) return { values: notNumbers(n, 1).data, v: notNumbers(n, n) }
  return reduced('rightSvd', { matrix: a, scale, wanted: 'right' }, (found) => {
    const { values, order } = descending(found)
    return { values, v: rightOf(found, n, order) }
  })
}

function rightOf({ arena, room, bidiagonal, found }: Reduced, n: number, order: number[]): Matrix64 {
  const right = rowsAt(found.right, n + 1)
  timesReflectors(arena, room, n, right, bidiagonal.right, true)
  return copiedColumns(arena, right, n, order)
}

/** Vectors of R as vectors of Q·R. */
function lengthened({ arena, room, q }: Reduced, left: Grid, rows: number, n: number): Grid {
  const long = rowsAt(arena.takeZeros(rows * n), rows)
  for (let i = 0; i < n; i++) arena.numbers.copyWithin(long.at + i * rows, left.at + i * n, left.at + (i + 1) * n)
  timesReflectors(arena, room, n, long, q!, true)
  return long
}

function descending({ found, unit }: Reduced): { values: Float64Array; order: number[] } {
  const order = Array.from(found.values, (_, i) => found.values.length - 1 - i)
  return { values: Float64Array.from(order, (i) => found.values[i]! * unit), order }
}

function notNumbers(rows: number, columns: number): Matrix64 {
  const out = zeroMatrix(rows, columns)
  out.data.fill(Number.NaN)
  return out
}
