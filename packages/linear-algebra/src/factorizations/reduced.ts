/** What all singular value decompositions begin with. @module */
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { placed, placedTransposed } from '../arithmetic/copies.ts'
import type { Grid } from '../arithmetic/kernels.ts'
import type { Matrix64 } from '../matrices/matrix.ts'
import { type Bidiagonal, bidiagonalize, roomForBidiagonal } from './bidiagonal.ts'
import { type BidiagonalSvd, bidiagonalSvd, roomForBidiagonalSvd } from './divide-and-conquer.ts'
import { factorQr } from './factor-qr.ts'
import type { Wanted } from './halves.ts'
import { type ReflectorRoom, type Reflectors, reflectorRoom, roomForReflectors } from './reflectors.ts'

/** A matrix of at least as many rows as columns, on its way to singular values. */
export interface Reduced {
  readonly arena: Arena
  readonly room: ReflectorRoom
  /** The reflectors of `A = Q·R`, where A has more rows than columns. */
  readonly q: Reflectors | undefined
  readonly bidiagonal: Bidiagonal
  /** Of the two diagonals; to be multiplied by `unit`. */
  readonly found: BidiagonalSvd
  readonly unit: number
}

/** Decomposes a matrix, times the power of two `scale`, and hands over what was found while it lies in the arena. */
export function reduced<T>(
  where: string,
  { matrix: a, scale, wanted }: { matrix: Matrix64; scale: number; wanted: Wanted },
  finish: (reduced: Reduced) => T,
): T {
  const { rows, columns: n } = a
  const tall = rows > n
  const decomposition = roomForBidiagonal(n) + roomForBidiagonalSvd(n, wanted) + roomForReflectors(n)
  const ends = (tall ? n * n + (wanted === 'both' ? rows * n : 0) : 0) + rows * n
  return inArena(where, ends + decomposition, (arena) => {
    const room = reflectorRoom(arena, n)
    let square: Grid
    let q: Reflectors | undefined
    if (tall) {
      const factored = factorQr(arena, room, rows, n, placedTransposed(arena, a, scale))
      square = factored.r
      q = factored.q
    } else square = placed(arena, a, scale)
    const bidiagonal = bidiagonalize(arena, n, square)
    const found = bidiagonalSvd(arena, bidiagonal.diagonal, bidiagonal.above, wanted)
    return finish({ arena, room, q, bidiagonal, found, unit: 1 / scale })
  })
}
