/** Latent codes as callers give them, read as float64 matrices. @module */

import { assertRank, GenError } from '@gen/backend'
import { largestOf, type Matrix, type Matrix64 } from '@gen/linear-algebra'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { assertTensor, shown } from './arguments.ts'

/** What functions on latent codes take: a tensor `[samples, size]`, a {@link Matrix}, or rows of numbers. */
export type Codes = Tensor2D | Matrix | readonly (readonly number[])[]

/** How codes are read. */
export interface ReadOptions {
  /** `false`: what is read may be the caller's own numbers, and nobody writes to it. @default true */
  copy?: boolean
}

/**
 * Reads codes as a float64 matrix; the caller may write to it.
 *
 * @param where - The function that asks, for the error.
 * @param name - The argument's name, for the error.
 * @throws GenError `shape` for other ranks, ragged rows or an empty set; `non-finite` for NaN or infinity;
 * `range` where the largest number is none of float32's.
 */
export function readCodes(where: string, name: string, codes: Codes, { copy = true }: ReadOptions = {}): Matrix64 {
  const matrix = toMatrix(where, name, codes, copy)
  if (matrix.rows === 0 || matrix.columns === 0 || matrix.data.length !== matrix.rows * matrix.columns) {
    const got = `${matrix.rows} × ${matrix.columns} with ${matrix.data.length} numbers`
    throw new GenError('shape', `${where}: expected ${name} with at least one row and column, got ${got}`)
  }
  const largest = largestNumber(where, name, matrix)
  if (largest > 0 && !(largest >= 2 ** -149 && largest < 2 ** 128)) {
    // Beyond float32, squares and fourth powers leave float64: searches go on for ever, similarities are NaN or infinite.
    throw new GenError(
      'range',
      `${where}: expected ${name} that float32 holds, 1e-45 … 3e38, got ${largest.toExponential(1)} at most; scale them`,
    )
  }
  return matrix
}

/** The largest magnitude; throws a GenError `non-finite` where one is none. */
function largestNumber(where: string, name: string, matrix: Matrix64): number {
  const { columns, data } = matrix
  const largest = largestOf(matrix)
  if (largest < Number.POSITIVE_INFINITY) return largest
  const at = data.findIndex((value) => !Number.isFinite(value))
  const place = `row ${Math.floor(at / columns)}, column ${at % columns}`
  throw new GenError(
    'non-finite',
    `${where}: expected finite numbers in ${name}, got ${data[at]} in ${place}; drop that sample or mend what made it`,
  )
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
  options: ReadOptions = {},
): [Matrix64, Matrix64] {
  const first = readCodes(where, names[0], a, options)
  const second = readCodes(where, names[1], b, options)
  if (first.rows !== second.rows) {
    throw new GenError(
      'shape',
      `${where}: expected as many rows in ${names[0]} as in ${names[1]}, got ${first.rows} and ${second.rows}; row i of both must be the same sample`,
      { details: { [names[0]]: first.rows, [names[1]]: second.rows } },
    )
  }
  return [first, second]
}

function toMatrix(where: string, name: string, codes: Codes, copy: boolean): Matrix64 {
  assertCodes(where, name, codes)
  if ('dataSync' in codes) {
    assertRank(where, name, codes, 2, 'flatten each sample to one row')
    return { rows: codes.shape[0], columns: codes.shape[1], data: new Float64Array(codes.dataSync()) }
  }
  if ('data' in codes) {
    const data = copy || !(codes.data instanceof Float64Array) ? new Float64Array(codes.data) : codes.data
    return { rows: codes.rows, columns: codes.columns, data }
  }
  const columns = codes[0]?.length ?? 0
  const ragged = codes.findIndex((row) => row.length !== columns)
  if (ragged >= 0) {
    const got = `${codes[ragged]!.length} in row ${ragged}`
    throw new GenError('shape', `${where}: expected rows of ${columns} numbers in ${name}, got ${got}`)
  }
  return { rows: codes.length, columns, data: Float64Array.from(codes.flat()) }
}

function assertCodes(where: string, name: string, codes: Codes): void {
  const wanted = `${name} as a tensor [n, size], rows of numbers or { rows, columns, data }`
  const refuse = (got: string): never => {
    throw new GenError('value', `${where}: expected ${wanted}, got ${got}`)
  }
  if (typeof codes !== 'object' || codes === null) refuse(shown(codes))
  if ('dataSync' in codes) assertTensor(where, name, codes)
  else if ('data' in codes) {
    if (!ArrayBuffer.isView(codes.data) || !Number.isInteger(codes.rows) || !Number.isInteger(codes.columns)) {
      refuse('an object whose rows, columns or data are none')
    }
  } else if (!Array.isArray(codes)) refuse('an object without them')
  else {
    const wrong = codes.findIndex((row) => !Array.isArray(row) && !ArrayBuffer.isView(row))
    if (wrong >= 0) refuse(`${shown(codes[wrong])} in row ${wrong}`)
  }
}
