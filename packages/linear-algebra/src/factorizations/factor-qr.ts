/** The QR decomposition in an arena, with Q as reflectors. @module */
import type { Arena } from '../arithmetic/arena.ts'
import { from, type Grid, rowsAt } from '../arithmetic/kernels.ts'
import { type ReflectorRoom, type Reflectors, reflect, reflectorPanel, timesPanel } from './reflectors.ts'

/** `A = Q·R`: Q as reflectors, R of `columns × columns`, 0 below its diagonal. */
export interface FactoredQr {
  readonly q: Reflectors
  readonly r: Grid
}

/**
 * Decomposes a matrix of at least as many rows as columns, given transposed: row j of `t` is column j. The rows of `t` become
 * the reflectors; `R` takes new room of `columns²` numbers, and `room` is for `columns` rows.
 */
export function factorQr(arena: Arena, room: ReflectorRoom, rows: number, columns: number, t: Grid): FactoredQr {
  const { numbers } = arena
  const r = rowsAt(arena.takeZeros(columns * columns), columns)
  const q = { count: columns, length: rows, vectors: t, taus: new Float64Array(columns) }
  const betas = new Float64Array(columns)
  for (let start = 0; start < columns; start += reflectorPanel) {
    const end = Math.min(columns, start + reflectorPanel)
    for (let k = start; k < end; k++) {
      const v = t.at + k * (t.row + 1)
      const { beta, tau } = reflect(numbers, v, rows - k)
      betas[k] = beta
      q.taus[k] = tau
      const [below, rest] = [end - k - 1, from(t, k + 1, k)]
      numbers.fill(0, room.products, room.products + below)
      arena.timesVector(below, rows - k, 1, rest, v, room.products)
      arena.addOuter(below, rows - k, -tau, room.products, v, rest)
    }
    for (let k = start; k < end; k++) takeColumn(numbers, columns, t, r, k, betas[k]!)
    timesPanel(arena, room, columns - end, from(t, end, 0), q, start, false)
  }
  return { q, r }
}

/** Moves a finished column of R out of the way of the reflector. */
function takeColumn(numbers: Float64Array, columns: number, t: Grid, r: Grid, k: number, beta: number): void {
  const row = t.at + k * t.row
  for (let j = 0; j < k; j++) numbers[r.at + j * columns + k] = numbers[row + j]!
  numbers[r.at + k * columns + k] = beta
  numbers.fill(0, row, row + k)
}
