/** Matrices into an arena and back. @module */
import { type Matrix64, zeroMatrix } from '../matrices/matrix.ts'
import type { Arena } from './arena.ts'
import { type Grid, rowsAt } from './kernels.ts'

/** Numbers of a tile that is turned at once, so that it stays in cache. */
const tile = 16

/** A copy of a matrix in the arena, times a factor. */
export function placed(arena: Arena, { rows, columns, data }: Matrix64, factor = 1): Grid {
  const at = arena.take(rows * columns)
  arena.numbers.set(data, at)
  if (factor !== 1) for (let k = 0; k < rows * columns; k++) arena.numbers[at + k]! *= factor
  return rowsAt(at, columns)
}

/** A copy with rows as columns, which run along memory. */
export function placedTransposed(arena: Arena, { rows, columns, data }: Matrix64, factor = 1): Grid {
  const at = arena.take(rows * columns)
  transpose(data, 0, rows, columns, arena.numbers, at, factor)
  return rowsAt(at, rows)
}

/** The numbers of the arena at a place, as a matrix. */
export function copied({ numbers }: Arena, at: number, rows: number, columns: number): Matrix64 {
  return { rows, columns, data: numbers.slice(at, at + rows * columns) }
}

/** The same with rows as columns. */
export function copiedTransposed({ numbers }: Arena, at: number, rows: number, columns: number): Matrix64 {
  const out = zeroMatrix(columns, rows)
  transpose(numbers, at, rows, columns, out.data, 0, 1)
  return out
}

/** Rows of the arena as the columns of a matrix, in that order. */
export function copiedColumns(
  { numbers }: Arena,
  { at, row }: Grid,
  length: number,
  order: ArrayLike<number>,
): Matrix64 {
  const out = zeroMatrix(length, order.length)
  for (let top = 0; top < length; top += tile) {
    const bottom = Math.min(length, top + tile)
    for (let j = 0; j < order.length; j++) {
      const from = at + order[j]! * row
      for (let i = top; i < bottom; i++) out.data[i * order.length + j] = numbers[from + i]!
    }
  }
  return out
}

function transpose(
  source: Float64Array,
  start: number,
  rows: number,
  columns: number,
  target: Float64Array,
  at: number,
  factor: number,
): void {
  for (let top = 0; top < rows; top += tile) {
    const bottom = Math.min(rows, top + tile)
    for (let left = 0; left < columns; left += tile) {
      const right = Math.min(columns, left + tile)
      for (let j = left; j < right; j++) {
        for (let i = top; i < bottom; i++) target[at + j * rows + i] = factor * source[start + i * columns + j]!
      }
    }
  }
}
