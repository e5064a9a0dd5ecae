/** Matrices of float64 numbers: what fits and measures are computed on. @module */

/** A matrix in row-major order: one row per sample, one column per latent dimension, feature or factor. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** `rows × columns` numbers, row by row. */
  readonly data: Float32Array | Float64Array
}

/** A matrix whose numbers are float64. */
export interface Matrix64 extends Matrix {
  readonly data: Float64Array
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix64 {
  return { rows, columns, data: new Float64Array(rows * columns) }
}

/** The identity of a size. */
export function identity(size: number): Matrix64 {
  const out = zeros(size, size)
  for (let i = 0; i < size; i++) out.data[i * size + i] = 1
  return out
}

/** One row, not copied. */
export function rowOf({ columns, data }: Matrix64, row: number): Float64Array {
  return data.subarray(row * columns, (row + 1) * columns)
}

/** Some rows, in that order, copied. */
export function takeRows(matrix: Matrix64, rows: ArrayLike<number>): Matrix64 {
  const out = zeros(rows.length, matrix.columns)
  for (let i = 0; i < rows.length; i++) out.data.set(rowOf(matrix, rows[i]!), i * matrix.columns)
  return out
}

/** One column, copied. */
export function columnOf({ rows, columns, data }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * columns + column]!)
}

/** The first columns, copied. */
export function takeColumns(matrix: Matrix64, count: number): Matrix64 {
  const out = zeros(matrix.rows, count)
  for (let i = 0; i < matrix.rows; i++) out.data.set(rowOf(matrix, i).subarray(0, count), i * count)
  return out
}

/** Rows as columns. */
export function transposed({ rows, columns, data }: Matrix): Matrix64 {
  const out = zeros(columns, rows)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out.data[j * rows + i] = data[i * columns + j]!
  return out
}
