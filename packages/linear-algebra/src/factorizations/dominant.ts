/** The strongest direction of a matrix, without decomposing all of it. @module */
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { copied, placed } from '../arithmetic/copies.ts'
import { type Grid, rowsAt, turned } from '../arithmetic/kernels.ts'
import { columnOf, type Matrix64 } from '../matrices/matrix.ts'
import { dotFrom, dotProduct } from '../products/dot-product.ts'
import { svd } from './svd.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** Vectors of a Krylov space before the search starts again from the best one found. */
const spaceSize = 40

/** Columns for which a search takes a restart's time longer than to decompose the matrix. */
const columnsPerRestart = 64

/** A matrix in the arena, with room for a Krylov space: its vectors v, and mᵀ·v of each. */
interface Search {
  readonly arena: Arena
  readonly rows: number
  readonly columns: number
  readonly m: Grid
  readonly basis: Grid
  readonly images: Grid
  readonly scratch: number
  readonly products: number
}

/**
 * The unit left singular vector of the largest singular value, by Lanczos iterations on m·mᵀ with full reorthogonalization
 * (Golub & Kahan, 1965), restarted; `undefined` for a matrix of zeros. Where the largest singular values are so close that
 * this takes longer than the singular value decomposition, by that.
 */
export function dominantLeft(m: Matrix64): Float64Array | undefined {
  const { rows, columns } = m
  const size = Math.min(spaceSize, rows)
  const count = rows * columns + size * (rows + columns) + rows + size * (size + 1)
  const found = inArena('dominantLeft', count, (arena) => {
    const search: Search = {
      ...{ arena, rows, columns, m: placed(arena, m) },
      basis: rowsAt(arena.take(size * rows), rows),
      images: rowsAt(arena.take(size * columns), columns),
      scratch: arena.take(size + rows),
      products: arena.take(size * size),
    }
    return bestOfRestarts(search, size)
  })
  return found === 'close' ? columnOf(svd(m).u, 0) : found
}

function bestOfRestarts(search: Search, size: number): Float64Array | 'close' | undefined {
  const { arena, rows, columns, images, basis } = search
  arena.numbers.set(generic(columns), images.at)
  times(search, images.at, basis.at)
  let vector: Float64Array = arena.numbers.slice(basis.at, basis.at + rows)
  if (!scaleToUnit(vector)) return undefined
  const restarts = Math.max(4, Math.ceil(Math.min(columns, rows) / columnsPerRestart))
  for (let restart = 0; restart < restarts; restart++) {
    const found = bestInKrylovSpace(search, vector, size)
    const moved = found.reduce((most, value, i) => Math.max(most, Math.abs(value - vector[i]!)), 0)
    vector = found
    // Each restart shrinks what is left by a large factor: the one that moved so little left next to nothing.
    if (moved < 1e-11) return vector
  }
  return 'close'
}

/** The vector of the Krylov space of `start` for which ‖mᵀ·v‖ is largest. */
function bestInKrylovSpace(search: Search, start: Float64Array, size: number): Float64Array {
  const { arena, rows, columns, basis, images, products } = search
  const { numbers } = arena
  numbers.set(start, basis.at)
  timesTransposed(search, basis.at, images.at)
  let k = 1
  for (; k < size; k++) if (!extend(search, k)) break
  numbers.fill(0, products, products + k * k)
  arena.multiply('all', k, k, columns, 1, images, turned(images), rowsAt(products, k))
  const { vectors } = symmetricEigen(copied(arena, products, k, k))
  const best = new Float64Array(rows)
  for (let i = 0; i < k; i++) {
    const share = vectors.data[i * k]!
    for (let j = 0; j < rows; j++) best[j]! += share * numbers[basis.at + i * rows + j]!
  }
  if (dotProduct(best, start) < 0) for (let j = 0; j < rows; j++) best[j] = -best[j]!
  scaleToUnit(best)
  return best
}

/** Adds a vector to the space of k; `false` where there is none outside it. */
function extend(search: Search, k: number): boolean {
  const { arena, rows, columns, basis, images, scratch } = search
  const { numbers } = arena
  const next = basis.at + k * rows
  times(search, images.at + (k - 1) * columns, next)
  const before = Math.sqrt(dotFrom(numbers, next, numbers, next, rows))
  // Twice, for the first pass leaves rounding of the size of what it removes.
  for (let pass = 0; pass < 2; pass++) {
    numbers.fill(0, scratch, scratch + k)
    arena.timesVector(k, rows, 1, basis, next, scratch)
    arena.transposedTimesVector(k, rows, -1, basis, scratch, next)
  }
  const length = Math.sqrt(dotFrom(numbers, next, numbers, next, rows))
  if (!(length > 1e-14 * before)) return false
  for (let j = 0; j < rows; j++) numbers[next + j]! /= length
  timesTransposed(search, next, images.at + k * columns)
  return true
}

function times({ arena, rows, columns, m }: Search, v: number, to: number): void {
  arena.numbers.fill(0, to, to + rows)
  arena.timesVector(rows, columns, 1, m, v, to)
}

function timesTransposed({ arena, rows, columns, m }: Search, v: number, to: number): void {
  arena.numbers.fill(0, to, to + columns)
  arena.transposedTimesVector(rows, columns, 1, m, v, to)
}

/** Numbers without a pattern, so that no direction of a matrix is orthogonal to them by design. */
function generic(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => 0.5 + (((i + 1) * 0.6180339887498949) % 1))
}

function scaleToUnit(vector: Float64Array): boolean {
  const length = Math.sqrt(dotProduct(vector, vector))
  if (!(length > 0)) return false
  for (let j = 0; j < vector.length; j++) vector[j]! /= length
  return true
}
