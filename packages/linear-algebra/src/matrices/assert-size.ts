/** Refusals of matrices that do not fit each other. @module */
import { refusal } from '@gen/backend'
import type { Matrix } from './matrix.ts'

/** Throws a GenError `shape` where two numbers that have to agree do not. */
export function assertSize(where: string, what: string, expected: number, got: number): void {
  if (got === expected) return
  throw refusal('shape', `linearAlgebra.${where}`, {
    expected: `${expected} ${what}`,
    got,
    remedy: 'check the order of the arguments',
    details: { what, expected, got },
  })
}

/** Throws a GenError `shape` for a matrix that is not square. */
export function assertSquare(where: string, { rows, columns }: Matrix): void {
  if (rows === columns) return
  throw refusal('shape', `linearAlgebra.${where}`, {
    expected: 'a square matrix',
    got: `${rows} × ${columns}`,
    remedy: 'pass gram(x) of a set of rows',
    details: { rows, columns },
  })
}
