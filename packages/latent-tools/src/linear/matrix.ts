/** Matrices of float64 numbers: what fits and measures are computed on. @module */
import { assertRank, GenError } from '@gen/backend'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** A matrix in row-major order: one row per sample, one column per latent dimension, feature or factor. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** `rows × columns` numbers, row by row. */
  readonly data: Float32Array | Float64Array
}

/** What functions on latent codes take: a tensor `[samples, size]`, a {@link Matrix}, or rows of numbers. */
export type Codes = Tensor2D | Matrix | readonly (readonly number[])[]

/** A matrix whose numbers are float64. */
export interface Matrix64 extends Matrix {
  readonly data: Float64Array
}

/**
 * Reads codes as a float64 matrix; the caller may write to it.
 *
 * @param where - The function that asks, for the error.
 * @param name - The argument's name, for the error.
 * @throws GenError `shape` for other ranks, ragged rows or an empty set; `non-finite` for NaN or infinity.
 */
export function readCodes(where: string, name: string, codes: Codes): Matrix64 {
  const matrix = toMatrix(where, name, codes)
  if (matrix.rows === 0 || matrix.columns === 0 || matrix.data.length !== matrix.rows * matrix.columns) {
    const got = `${matrix.rows} × ${matrix.columns} with ${matrix.data.length} numbers`
    throw new GenError('shape', `${where}: expected ${name} with at least one row and column, got ${got}`)
  }
  const at = matrix.data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) {
    const place = `row ${Math.floor(at / matrix.columns)}, column ${at % matrix.columns}`
    throw new GenError(
      'non-finite',
      `${where}: expected finite numbers in ${name}, got ${matrix.data[at]} in ${place}; drop that sample or mend what made it`,
    )
  }
  return matrix
}

/**
 * Reads two sets of codes whose rows belong together.
 *
 * @throws GenError `shape` when the numbers of rows differ, and as {@link readCodes}.
 */
export function readPair(
  where: string,
  a: Codes,
  b: Codes,
  names: [string, string] = ['a', 'b'],
): [Matrix64, Matrix64] {
  const first = readCodes(where, names[0], a)
  const second = readCodes(where, names[1], b)
  if (first.rows !== second.rows) {
    throw new GenError(
      'shape',
      `${where}: expected as many rows in ${names[0]} as in ${names[1]}, got ${first.rows} and ${second.rows}; row i of both must be the same sample`,
      { details: { [names[0]]: first.rows, [names[1]]: second.rows } },
    )
  }
  return [first, second]
}

/**
 * Reads a tensor `[samples, size]` from the device; on WebGPU this is the way that does not block.
 *
 * @throws GenError `shape` for tensors that are not of rank 2.
 * @example
 * const codes = await readMatrix(vae.encode(images))
 */
export async function readMatrix(tensor: Tensor2D): Promise<Matrix64> {
  assertRank('latentTools.readMatrix', 'tensor', tensor, 2, 'flatten each sample to one row')
  return { rows: tensor.shape[0], columns: tensor.shape[1], data: Float64Array.from(await tensor.data()) }
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

function toMatrix(where: string, name: string, codes: Codes): Matrix64 {
  if ('dataSync' in codes) {
    assertRank(where, name, codes, 2, 'flatten each sample to one row')
    return { rows: codes.shape[0], columns: codes.shape[1], data: Float64Array.from(codes.dataSync()) }
  }
  if ('data' in codes) return { rows: codes.rows, columns: codes.columns, data: Float64Array.from(codes.data) }
  const columns = codes[0]?.length ?? 0
  const ragged = codes.findIndex((row) => row.length !== columns)
  if (ragged >= 0) {
    const got = `${codes[ragged]!.length} in row ${ragged}`
    throw new GenError('shape', `${where}: expected rows of ${columns} numbers in ${name}, got ${got}`)
  }
  return { rows: codes.length, columns, data: Float64Array.from(codes.flat()) }
}
