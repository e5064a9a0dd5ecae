/** A bidiagonal matrix on its way to singular values. @module */
import type { Arena } from '../arithmetic/arena.ts'

/** What is asked for: values alone, or the vectors on the right too, or those on both sides. */
export type Wanted = 'values' | 'right' | 'both'

/** The problem and what is found of it: rows from `low` to before `high` hold the decomposition of those rows of the matrix. */
export interface Halves {
  readonly arena: Arena
  readonly n: number
  readonly diagonal: Float64Array
  readonly above: Float64Array
  readonly wanted: Wanted
  readonly values: Float64Array
  readonly left: number
  readonly right: number
  /** Numbers of a row on the right: all, or only its first and last, which is what the next join needs. */
  readonly width: number
  readonly weights: number
  readonly gathered: number
  readonly joined: number
}
