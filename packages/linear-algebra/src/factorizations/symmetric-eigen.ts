/** Eigenvalues of symmetric matrices. @module */
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { copiedColumns, placed } from '../arithmetic/copies.ts'
import { type Grid, rowsAt } from '../arithmetic/kernels.ts'
import { assertSquare } from '../matrices/assert-size.ts'
import { type Matrix64, zeroMatrix } from '../matrices/matrix.ts'
import { bidiagonalSvd, roomForBidiagonalSvd } from './divide-and-conquer.ts'
import { reflectorRoom, roomForReflectors, timesReflectors } from './reflectors.ts'
import { scaleOf } from './scale.ts'
import { roomForTridiagonal, type Tridiagonal, tridiagonalize } from './tridiagonal.ts'

/** Eigenvalues from the largest to the smallest, and their unit eigenvectors as columns. */
export interface SymmetricEigen {
  readonly values: Float64Array
  readonly vectors: Matrix64
}

/**
 * Decomposes a symmetric matrix, of which the lower half is read: `A = V · diag(values) · Vᵀ`.
 *
 * Householder's reduction to three diagonals T; then T and a multiple of the identity that makes it positive definite are
 * `BᵀB`, with B of two diagonals, whose singular vectors on the right are the eigenvectors of T. Every value is right to
 * some roundings of the largest. All is NaN where a number of A is not finite.
 *
 * @see A divide-and-conquer algorithm for the bidiagonal SVD (Gu & Eisenstat, 1995)
 * https://doi.org/10.1137/S0895479892242232
 */
export function symmetricEigen(a: Matrix64): SymmetricEigen {
  assertSquare('symmetricEigen', a)
  const n = a.rows
  const whole = mirrored(a)
  const scale = scaleOf(whole)
  if (scale === undefined) {
    const vectors = zeroMatrix(n, n)
    vectors.data.fill(Number.NaN)
    return { values: new Float64Array(n).fill(Number.NaN), vectors }
  }
  const count = 2 * n * n + roomForTridiagonal(n) + roomForReflectors(n) + roomForBidiagonalSvd(n, 'right')
  return inArena('symmetricEigen', count, (arena) => {
    const found = tridiagonalize(arena, n, placed(arena, whole, scale))
    const vectors = rowsAt(arena.takeZeros(n * n), n)
    const ascending = decomposed(arena, found, vectors)
    const room = reflectorRoom(arena, n)
    timesReflectors(arena, room, n, vectors, found.reflectors, true)
    const order = Array.from(ascending, (_, i) => i).sort((i, j) => ascending[j]! - ascending[i]!)
    const values = Float64Array.from(order, (i) => ascending[i]! / scale)
    return { values, vectors: copiedColumns(arena, vectors, n, order) }
  })
}

function mirrored({ rows: n, data }: Matrix64): Matrix64 {
  const out = zeroMatrix(n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      out.data[i * n + j] = data[i * n + j]!
      out.data[j * n + i] = data[i * n + j]!
    }
  }
  return out
}

/** Eigenvalues of three diagonals, and the eigenvectors as rows; parts between zeros beside the diagonal one by one. */
function decomposed(arena: Arena, { diagonal, beside }: Tridiagonal, vectors: Grid): Float64Array {
  const values = new Float64Array(diagonal.length)
  let low = 0
  for (let i = 0; i < diagonal.length; i++) {
    const size = Math.abs(diagonal[i]!) + Math.abs(diagonal[i + 1] ?? 0)
    if (i + 1 < diagonal.length && Math.abs(beside[i]!) > Number.EPSILON * size) continue
    const part = { diagonal: diagonal.slice(low, i + 1), beside: beside.slice(low, i + 1) }
    part.beside[i - low] = 0
    values.set(decomposedPart(arena, part, low, vectors), low)
    low = i + 1
  }
  return values
}

function decomposedPart(
  arena: Arena,
  { diagonal, beside }: Pick<Tridiagonal, 'diagonal' | 'beside'>,
  low: number,
  vectors: Grid,
): Float64Array {
  const size = diagonal.length
  const to = (i: number) => vectors.at + (low + i) * vectors.row + low
  if (size === 1) {
    arena.numbers[to(0)] = 1
    return diagonal
  }
  const shift = definiteShift(diagonal, beside)
  const [main, above] = [new Float64Array(size), new Float64Array(size)]
  for (let i = 0; i < size; i++) {
    main[i] = Math.sqrt(diagonal[i]! + shift - (i > 0 ? above[i - 1]! * above[i - 1]! : 0))
    above[i] = beside[i]! / main[i]!
  }
  const { values, right } = bidiagonalSvd(arena, main, above, 'right')
  for (let i = 0; i < size; i++) {
    const row = right + i * (size + 1)
    arena.numbers.copyWithin(to(i), row, row + size)
  }
  return values.map((value) => value * value - shift)
}

/** What added to the diagonal makes all eigenvalues positive, the least at least an eighth of the range they can lie in. */
function definiteShift(diagonal: Float64Array, beside: Float64Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < diagonal.length; i++) {
    const radius = Math.abs(beside[i]!) + Math.abs(beside[i - 1] ?? 0)
    least = Math.min(least, diagonal[i]! - radius)
    most = Math.max(most, diagonal[i]! + radius)
  }
  return (most - least) / 8 - least
}
