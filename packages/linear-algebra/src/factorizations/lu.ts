/** Triangular factors of square matrices. @module */
import { assertSquare } from '../matrices/assert-size.ts'
import { identity, type Matrix64, zeroMatrix } from '../matrices/matrix.ts'

/** `A[order] = L · U`: rows of A in another order, as a product of triangles. */
export interface Lu {
  /** Row i of L·U is row `order[i]` of A. */
  readonly order: readonly number[]
  /** With ones on its diagonal. */
  readonly lower: Matrix64
  /** A zero on its diagonal is that of a singular A. */
  readonly upper: Matrix64
}

/**
 * Factors a square matrix with partial pivoting: each pivot is the largest of its column.
 *
 * @throws GenError `shape` for a matrix that is not square.
 * @example
 * const { order, lower, upper } = lu(matrix([[1, 2], [4, 4]]))
 * order // [1, 0]
 * product(lower, upper).data // [4, 4, 1, 2]
 */
export function lu(a: Matrix64): Lu {
  assertSquare('lu', a)
  const { rows: n } = a
  const order = [...Array(n).keys()]
  const left = Array.from(order, (i) => a.data.slice(i * n, (i + 1) * n))
  for (let k = 0; k < n; k++) {
    const largest = pivotOf(left, k)
    for (const list of [order, left] as unknown[][]) [list[k], list[largest]] = [list[largest], list[k]]
    for (let i = k + 1; i < n; i++) eliminate(left[i]!, left[k]!, k)
  }
  const [lower, upper] = [identity(n), zeroMatrix(n, n)]
  left.forEach((row, i) => {
    lower.data.set(row.subarray(0, i), i * n)
    upper.data.set(row.subarray(i), i * (n + 1))
  })
  return { order, lower, upper }
}

/** The row from k on whose number in column k is the largest. */
function pivotOf(rows: readonly Float64Array[], k: number): number {
  let largest = k
  for (let i = k + 1; i < rows.length; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[largest]![k]!)) largest = i
  return largest
}

/** Takes the pivot's row out of another, whose share of it stays in the column that becomes 0. */
function eliminate(row: Float64Array, pivot: Float64Array, k: number): void {
  // A column of zeros has nothing to take out.
  const share = pivot[k] === 0 ? 0 : row[k]! / pivot[k]!
  row[k] = share
  for (let j = k + 1; j < row.length; j++) row[j]! -= share * pivot[j]!
}
