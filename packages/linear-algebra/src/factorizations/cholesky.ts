/** Symmetric positive definite systems. @module */
import { type Arena, inArena } from '../arithmetic/arena.ts'
import { copied, copiedTransposed, placed, placedTransposed } from '../arithmetic/copies.ts'
import { from, type Grid, turned } from '../arithmetic/kernels.ts'
import { solveTriangular } from '../arithmetic/triangles.ts'
import { assertSize, assertSquare } from '../matrices/assert-size.ts'
import type { Matrix64 } from '../matrices/matrix.ts'
import { dotFrom } from '../products/dot-product.ts'

/** The factor L of `A = L·Lᵀ`, and how well it can be relied on. */
export interface Cholesky {
  readonly factor: Matrix64
  /** (smallest pivot ÷ largest pivot) of L: its square root's scale; about 1/√condition of A, never below it. */
  readonly quality: number
}

/** Columns that are factored one after the other; what they take off the others is a product. */
const panel = 64

/** Factors a symmetric matrix, of which the lower half is read; `undefined` where it is not positive definite in float64. */
export function cholesky(a: Matrix64): Cholesky | undefined {
  assertSquare('cholesky', a)
  const n = a.rows
  const factor = inArena('cholesky', n * n, (arena) => {
    // As A = Rᵀ·R, whose rows run along memory where work is done.
    const r = placedTransposed(arena, a)
    if (!factorUpper(arena, n, r)) return undefined
    for (let i = 0; i < n; i++) arena.numbers.fill(0, r.at + i * n, r.at + i * (n + 1))
    return copiedTransposed(arena, r.at, n, n)
  })
  return factor && { factor, quality: qualityOf(factor) }
}

function factorUpper(arena: Arena, n: number, r: Grid): boolean {
  for (let start = 0; start < n; start += panel) {
    const size = Math.min(panel, n - start)
    const [above, here] = [from(r, 0, start), from(r, start, start)]
    if (start > 0) arena.multiply('upper', size, n - start, start, -1, turned(above), above, here)
    if (!factorPanel(arena.numbers, size, here)) return false
    const right = n - start - size
    if (right > 0) arena.solveTriangle(false, size, right, turned(here), from(here, 0, size))
  }
  return true
}

/** A block on the diagonal, row by row. */
function factorPanel(numbers: Float64Array, size: number, { at, row }: Grid): boolean {
  for (let i = 0; i < size; i++) {
    const top = at + i * row
    const pivot = numbers[top + i]!
    if (!(pivot > 0)) return false
    const root = Math.sqrt(pivot)
    numbers[top + i] = root
    for (let j = i + 1; j < size; j++) numbers[top + j]! /= root
    for (let k = i + 1; k < size; k++) {
      const factor = numbers[top + k]!
      for (let j = k; j < size; j++) numbers[at + k * row + j]! -= factor * numbers[top + j]!
    }
  }
  return true
}

function qualityOf({ rows, data }: Matrix64): number {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (let i = 0; i < rows; i++) {
    const pivot = data[i * (rows + 1)]!
    least = Math.min(least, pivot)
    most = Math.max(most, pivot)
  }
  return least / most
}

/** Solves `L·Lᵀ·x = b` for every column of b. */
export function choleskySolve({ factor }: Cholesky, b: Matrix64): Matrix64 {
  return solved('choleskySolve', factor, b, true)
}

/** {@link choleskySolve} of a single vector, along the rows of L. */
export function choleskySolveVector({ factor }: Cholesky, b: Float64Array): Float64Array {
  const n = factor.rows
  const l = factor.data
  const x = b.slice()
  for (let i = 0; i < n; i++) x[i] = (x[i]! - dotFrom(l, i * n, x, 0, i)) / l[i * n + i]!
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / l[i * n + i]!
    x[i] = value
    for (let k = 0; k < i; k++) x[k]! -= value * l[i * n + k]!
  }
  return x
}

/** Solves `L·x = b` for every column of b: whitening by the factor. */
export function forwardSolve(factor: Matrix64, b: Matrix64): Matrix64 {
  return solved('forwardSolve', factor, b, false)
}

function solved(where: string, factor: Matrix64, b: Matrix64, both: boolean): Matrix64 {
  assertSquare(where, factor)
  assertSize(where, 'rows of b, as the factor has', factor.rows, b.rows)
  const n = factor.rows
  return inArena(where, n * (n + b.columns), (arena) => {
    const [l, x] = [placed(arena, factor), placed(arena, b)]
    solveTriangular(arena, false, n, b.columns, l, x)
    if (both) solveTriangular(arena, true, n, b.columns, turned(l), x)
    return copied(arena, x.at, n, b.columns)
  })
}
