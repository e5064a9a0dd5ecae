/** Many products of one matrix with vectors. @module */
import { refusal } from '@gen/backend'
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { placed } from '../arithmetic/copies.ts'
import { from, type Grid } from '../arithmetic/kernels.ts'
import { assertSize } from '../matrices/assert-size.ts'
import type { Matrix64 } from '../matrices/matrix.ts'

/** A matrix m where its products with vectors are fastest. */
export interface HeldMatrix {
  /** `m·v`. */
  times(v: Float64Array): Float64Array
  /** `mᵀ·v`. */
  timesTransposed(v: Float64Array): Float64Array
  /** `mᵀ·diag(weights)·m·v`, in one walk through m; without weights `mᵀ·m·v`. */
  timesNormal(v: Float64Array, weights?: Float64Array): Float64Array
}

/** Rows that are in cache when they are needed a second time. */
const strip = 64

/**
 * Lets `work` compute products of a matrix with vectors, several times as fast as `times` and `timesTransposed` compute single
 * ones. What it is given ends with it.
 *
 * @throws GenError `shape` for vectors of another length; `value` for products that are asked for after `work` has returned.
 * @example
 * const points = matrix([[1, 0], [1, 2]])
 * const image = withHeldMatrix(points, (held) => held.timesNormal(Float64Array.of(1, 1)))
 * image[1] // 6
 */
export function withHeldMatrix<T>(m: Matrix64, work: (held: HeldMatrix) => T): T {
  return inArena(where, m.rows * m.columns + m.rows + 2 * m.columns, (arena) => {
    let open = true
    const held = heldIn(arena, m, () => {
      if (!open) throw tooLate()
    })
    try {
      return work(held)
    } finally {
      open = false
    }
  })
}

const where = 'withHeldMatrix'

function heldIn(arena: Arena, m: Matrix64, assertOpen: () => void): HeldMatrix {
  const { rows, columns } = m
  const a = placed(arena, m)
  const places = { left: arena.take(rows), right: arena.take(columns), image: arena.take(columns) }
  const { left, right } = places
  const put = (v: Float64Array, length: number, at: number) => {
    assertOpen()
    assertSize(where, 'numbers in v', length, v.length)
    arena.numbers.set(v, at)
  }
  return {
    times: (v) => {
      put(v, columns, right)
      arena.numbers.fill(0, left, left + rows)
      arena.timesVector(rows, columns, 1, a, right, left)
      return arena.numbers.slice(left, left + rows)
    },
    timesTransposed: (v) => {
      put(v, rows, left)
      arena.numbers.fill(0, right, right + columns)
      arena.transposedTimesVector(rows, columns, 1, a, left, right)
      return arena.numbers.slice(right, right + columns)
    },
    timesNormal: (v, weights) => {
      put(v, columns, right)
      if (weights) assertSize(where, 'weights, as m has rows', rows, weights.length)
      return normal(arena, rows, columns, a, places, weights)
    },
  }
}

/** The memory is others' by then. */
function tooLate(): Error {
  return refusal('value', `linearAlgebra.${where}`, {
    expected: 'products while the function that was given the matrix runs',
    got: 'one after it returned',
    remedy: 'compute inside it, without await',
  })
}

interface Places {
  readonly left: number
  readonly right: number
  readonly image: number
}

/** The vector is at `right`; strip by strip it is multiplied, weighed and multiplied back. */
function normal(
  arena: Arena,
  rows: number,
  columns: number,
  a: Grid,
  to: Places,
  weights?: Float64Array,
): Float64Array {
  const { numbers } = arena
  numbers.fill(0, to.image, to.image + columns)
  for (let start = 0; start < rows; start += strip) {
    const count = Math.min(strip, rows - start)
    const part = from(a, start, 0)
    numbers.fill(0, to.left, to.left + count)
    arena.timesVector(count, columns, 1, part, to.right, to.left)
    if (weights) for (let i = 0; i < count; i++) numbers[to.left + i]! *= weights[start + i]!
    arena.transposedTimesVector(count, columns, 1, part, to.left, to.image)
  }
  return numbers.slice(to.image, to.image + columns)
}
