/** Orthonormal columns of a matrix. @module */
import { refusal } from '@gen/backend'
import { inArena } from '../arithmetic/arena.ts'
import { copied, copiedColumns, placedTransposed } from '../arithmetic/copies.ts'
import { rowsAt } from '../arithmetic/kernels.ts'
import type { Matrix64 } from '../matrices/matrix.ts'
import { factorQr } from './factor-qr.ts'
import { reflectorRoom, roomForReflectors, timesReflectors } from './reflectors.ts'

/** `A = Q · R`. */
export interface Qr {
  /** Orthonormal columns, as many as A has. */
  readonly q: Matrix64
  /** Upper triangle; a zero on its diagonal is that of columns that depend on each other. */
  readonly r: Matrix64
}

/**
 * Factors a matrix by Householder reflections.
 *
 * @throws GenError `shape` for a matrix with fewer rows than columns.
 * @example
 * const { q, r } = qr(matrix([[3, 1], [4, 2]]))
 * product(q, r).data // [3, 1, 4, 2]
 */
export function qr(a: Matrix64): Qr {
  const { rows, columns: n } = a
  if (rows < n) {
    const [expected, got] = ['at least as many rows as columns', `${rows} × ${n}`]
    throw refusal('shape', 'linearAlgebra.qr', { expected, got, remedy: 'pass transposed(a)' })
  }
  return inArena('qr', 2 * rows * n + n * n + roomForReflectors(n), (arena) => {
    const room = reflectorRoom(arena, n)
    const { q, r } = factorQr(arena, room, rows, n, placedTransposed(arena, a))
    // The first columns of I through the reflections are those of Q.
    const unit = rowsAt(arena.takeZeros(n * rows), rows)
    for (let j = 0; j < n; j++) arena.numbers[unit.at + j * (rows + 1)] = 1
    timesReflectors(arena, room, n, unit, q, true)
    return { q: copiedColumns(arena, unit, rows, [...Array(n).keys()]), r: copied(arena, r.at, n, n) }
  })
}
