/**
 * Householder reflections `H = I − τ·v·vᵀ`, and many of them at once: `H₁·H₂·… = I − Vᵀ·T·V`, whose rows v run along
 * memory.
 *
 * @see A storage-efficient WY representation for products of Householder transformations (Schreiber & Van Loan, 1989)
 * https://doi.org/10.1137/0910005
 * @module
 */
import type { Arena } from '../arithmetic/arena.ts'
import { from, type Grid, rowsAt, turned } from '../arithmetic/kernels.ts'

/** Reflections that are gathered before they are applied to all the rest. */
export const reflectorPanel = 32

/** Vectors v as rows, 0 before their leading 1, with their factors τ. */
export interface Reflectors {
  readonly count: number
  readonly length: number
  readonly vectors: Grid
  readonly taus: Float64Array
}

/** Makes numbers in a row a reflector v with a leading 1 that maps them to `(beta, 0, …)`. */
export function reflect(numbers: Float64Array, at: number, length: number): { beta: number; tau: number } {
  const first = numbers[at]!
  let squares = 0
  for (let k = 1; k < length; k++) squares += numbers[at + k]! * numbers[at + k]!
  numbers[at] = 1
  if (squares === 0) return { beta: first, tau: 0 }
  const beta = first > 0 ? -Math.sqrt(first * first + squares) : Math.sqrt(first * first + squares)
  const share = 1 / (first - beta)
  for (let k = 1; k < length; k++) numbers[at + k]! *= share
  return { beta, tau: (beta - first) / beta }
}

/** Room that {@link timesReflectors} takes for so many rows. */
export function roomForReflectors(rows: number): number {
  return 2 * rows * reflectorPanel + 2 * reflectorPanel * reflectorPanel
}

/** Scratch of {@link timesReflectors}, taken once for many calls. */
export interface ReflectorRoom {
  readonly products: number
  readonly turnedProducts: number
  readonly triangle: number
  readonly inner: number
}

/** Takes room for rows of up to that number. */
export function reflectorRoom(arena: Arena, rows: number): ReflectorRoom {
  const [products, turnedProducts] = [arena.take(rows * reflectorPanel), arena.take(rows * reflectorPanel)]
  const square = reflectorPanel * reflectorPanel
  return { products, turnedProducts, triangle: arena.take(square), inner: arena.take(square) }
}

/** Multiplies rows of x in place by `H₁·H₂·…` from the right, or by its transpose. */
export function timesReflectors(
  arena: Arena,
  room: ReflectorRoom,
  rows: number,
  x: Grid,
  reflectors: Reflectors,
  transposed: boolean,
): void {
  const panels = Math.ceil(reflectors.count / reflectorPanel)
  for (let step = 0; step < panels; step++) {
    const start = (transposed ? panels - 1 - step : step) * reflectorPanel
    timesPanel(arena, room, rows, x, reflectors, start, transposed)
  }
}

/** The same by the panel of reflectors from `start` on. */
export function timesPanel(
  arena: Arena,
  room: ReflectorRoom,
  rows: number,
  x: Grid,
  { count, length, vectors, taus }: Reflectors,
  start: number,
  transposed: boolean,
): void {
  if (rows === 0) return
  const size = Math.min(reflectorPanel, count - start)
  // All vectors of the panel are 0 before this.
  const v = from(vectors, start, start)
  const width = length - start
  const t = triangleOf(arena, room, size, width, v, taus.subarray(start, start + size))
  const target = from(x, 0, start)
  const [w, z] = [rowsAt(room.products, size), rowsAt(room.turnedProducts, size)]
  arena.numbers.fill(0, w.at, w.at + rows * size)
  arena.numbers.fill(0, z.at, z.at + rows * size)
  arena.multiply('all', rows, size, width, 1, target, turned(v), w)
  arena.multiply('all', rows, size, size, 1, w, transposed ? turned(t) : t, z)
  arena.multiply('all', rows, width, size, -1, z, v, target)
}

/** T: column i is `−τᵢ·T·(V·vᵢ)`, with τᵢ on the diagonal. */
function triangleOf(arena: Arena, room: ReflectorRoom, size: number, width: number, v: Grid, taus: Float64Array): Grid {
  const { numbers } = arena
  const [t, inner] = [rowsAt(room.triangle, size), rowsAt(room.inner, size)]
  numbers.fill(0, t.at, t.at + size * size)
  numbers.fill(0, inner.at, inner.at + size * size)
  arena.multiply('upper', size, size, width, 1, v, turned(v), inner)
  for (let i = 0; i < size; i++) {
    for (let row = 0; row < i; row++) {
      let sum = 0
      for (let k = row; k < i; k++) sum += numbers[t.at + row * size + k]! * numbers[inner.at + k * size + i]!
      numbers[t.at + row * size + i] = -taus[i]! * sum
    }
    numbers[t.at + i * (size + 1)] = taus[i]!
  }
  return t
}
