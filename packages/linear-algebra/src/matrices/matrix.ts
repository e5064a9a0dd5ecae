/** Matrices as plain arrays, row by row. @module */
import { refusal } from '@gen/backend'

/** A matrix in row-major order: as a rule one row per sample and one column per dimension. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** `rows × columns` numbers, row by row. */
  readonly data: Float32Array | Float64Array
}

/** A matrix whose numbers are float64: what all of this package gives. */
export interface Matrix64 extends Matrix {
  readonly data: Float64Array
}

/**
 * Makes a matrix of rows of numbers.
 *
 * @throws GenError `shape` when the rows differ in length.
 * @example
 * const points = matrix([[0, 0], [1, 2]])
 */
export function matrix(rows: readonly ArrayLike<number>[]): Matrix64 {
  const columns = rows[0]?.length ?? 0
  const out = zeroMatrix(rows.length, columns)
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw refusal('shape', 'linearAlgebra.matrix', {
        expected: `rows of ${columns} numbers`,
        got: `${row.length} in row ${i}`,
        remedy: 'pad or drop it',
        details: { row: i, expected: columns, got: row.length },
      })
    }
    out.data.set(row, i * columns)
  })
  return out
}

/** A matrix of zeros. */
export function zeroMatrix(rows: number, columns: number): Matrix64 {
  return { rows, columns, data: new Float64Array(rows * columns) }
}

/** The identity of a size. */
export function identity(size: number): Matrix64 {
  const out = zeroMatrix(size, size)
  for (let i = 0; i < size; i++) out.data[i * size + i] = 1
  return out
}

/** One row, not copied. */
export function rowOf({ columns, data }: Matrix64, row: number): Float64Array {
  return data.subarray(row * columns, (row + 1) * columns)
}

/** Some rows, in that order, copied. */
export function takeRows(matrix: Matrix64, rows: ArrayLike<number>): Matrix64 {
  const out = zeroMatrix(rows.length, matrix.columns)
  for (let i = 0; i < rows.length; i++) out.data.set(rowOf(matrix, rows[i]!), i * matrix.columns)
  return out
}

/** One column, copied. */
export function columnOf({ rows, columns, data }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * columns + column]!)
}

/** The first columns, copied. */
export function takeColumns(matrix: Matrix64, count: number): Matrix64 {
  const out = zeroMatrix(matrix.rows, count)
  for (let i = 0; i < matrix.rows; i++) out.data.set(rowOf(matrix, i).subarray(0, count), i * count)
  return out
}

/** Rows as columns. */
export function transposed({ rows, columns, data }: Matrix): Matrix64 {
  const out = zeroMatrix(columns, rows)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out.data[j * rows + i] = data[i * columns + j]!
  return out
}
