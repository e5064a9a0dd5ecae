/** Our matrices as those of ml-matrix, which decomposes them, and back. @module */
import { Matrix as Dense } from 'ml-matrix'
import type { Matrix64 } from '../matrices/matrix.ts'

/** A copy for ml-matrix. */
export function toDense({ rows, columns, data }: Matrix64): Dense {
  return Dense.from1DArray(rows, columns, data)
}

/** A copy for us. */
export function fromDense(matrix: Dense): Matrix64 {
  return { rows: matrix.rows, columns: matrix.columns, data: Float64Array.from(matrix.to1DArray()) }
}
