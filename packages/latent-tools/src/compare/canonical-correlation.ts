/** Canonical correlations: how alike two spaces are up to linear maps. @module */
import { assertNumber, refusal } from '@gen/backend'
import {
  centered,
  columnMeans,
  columnScales,
  crossProduct,
  distinctRows,
  type Matrix64,
  meanOf,
  rankTolerance,
  rowOf,
  standardized,
  svd,
  takeColumns,
  zeroMatrix,
} from '@gen/linear-algebra'
import { given } from '../arguments.ts'
import type { Codes } from '../codes.ts'
import { differingPair } from './differing-pair.ts'

/**
 * Canonical correlations of two sets of codes, from the largest: how well the best linear combinations of both agree, as
 * many as the lower of both ranks. Any invertible linear map of either space, so also the units of its dimensions, changes
 * nothing.
 *
 * With as many different samples as dimensions in both spaces together, some correlations are 1 whatever the codes are.
 *
 * @throws GenError `shape` when the rows do not belong together, or when fewer than that plus one differ.
 * @see Relations between two sets of variates (Hotelling, 1936) https://doi.org/10.1093/biomet/28.3-4.321
 * @example
 * const [best] = canonicalCorrelations(codesA, codesB)
 */
export function canonicalCorrelations(a: Codes, b: Codes): Float64Array {
  const where = 'latentTools.canonicalCorrelations'
  const [x, y] = differingPair(where, a, b)
  const [p, q] = [basis(unitColumns(x), 1), basis(unitColumns(y), 1)]
  assertEnough(where, [p, q], samplesOf(x, y), 'pass more, or use cka')
  return correlations(p, q)
}

/** Options of {@link svcca}. */
export interface SvccaOptions {
  /** Share of each space's variance to keep. @default 0.99 */
  keep?: number
}

/**
 * Singular vector canonical correlation: the mean canonical correlation of what is left of both spaces when the directions
 * of least variance are dropped. In [0, 1]; independent codes are above 0, the more so the fewer samples there are.
 *
 * @throws GenError `shape` when the rows do not belong together, or when no more differ than directions are kept in both
 * spaces together (the correlations would be 1 whatever the codes are); `value` for constant codes.
 * @see SVCCA (Raghu et al., 2017) https://arxiv.org/abs/1706.05806
 * @example
 * const alike = svcca(codesA, codesB)
 */
export function svcca(a: Codes, b: Codes, options: SvccaOptions = {}): number {
  const where = 'latentTools.svcca'
  const { keep = 0.99 } = given(where, options)
  assertNumber(where, 'keep', keep, { exclusiveMin: 0, max: 1 })
  const [x, y] = differingPair(where, a, b)
  const [p, q] = [basis(centered(x), keep), basis(centered(y), keep)]
  assertEnough(where, [p, q], samplesOf(x, y), 'pass more, a smaller keep, or use cka')
  return meanOf(correlations(p, q))
}

/** {@link svcca}, or `null` where there are too few samples for it. */
export function svccaWhereDefined(x: Matrix64, y: Matrix64): number | null {
  const [p, q] = [basis(centered(x), 0.99), basis(centered(y), 0.99)]
  return enough([p, q], samplesOf(x, y)) ? meanOf(correlations(p, q)) : null
}

/** Orthonormal columns that span the directions of centered x with the given share of the variance. */
function basis(x: Matrix64, keep: number): Matrix64 {
  const { u, values } = svd(x)
  const total = values.reduce((sum, value) => sum + value * value, 0)
  let count = 0
  for (let sum = 0; count < values.length && values[count]! > rankTolerance * values[0]!; count++) {
    if (count > 0 && sum >= keep * total * (1 - 1e-12)) break
    sum += values[count]! ** 2
  }
  return takeColumns(u, count)
}

function correlations(x: Matrix64, y: Matrix64): Float64Array {
  return svd(crossProduct(x, y)).values.map((value) => Math.min(1, value))
}

/** Columns with mean 0 and deviation 1. */
function unitColumns(x: Matrix64): Matrix64 {
  const means = columnMeans(x)
  return standardized(x, means, columnScales(x, means))
}

/** Samples that differ in one space or the other: copies say nothing new. */
function samplesOf(x: Matrix64, y: Matrix64): number {
  const both = zeroMatrix(x.rows, x.columns + y.columns)
  for (let i = 0; i < x.rows; i++) {
    rowOf(both, i).set(rowOf(x, i))
    rowOf(both, i).set(rowOf(y, i), x.columns)
  }
  return distinctRows(both)
}

/** One sample goes into the means; the others must be more than the dimensions of both spaces, or these meet by necessity. */
function enough([p, q]: readonly [Matrix64, Matrix64], samples: number): boolean {
  return samples > p.columns + q.columns
}

function assertEnough(where: string, bases: readonly [Matrix64, Matrix64], samples: number, remedy: string): void {
  if (enough(bases, samples)) return
  const got = `${samples} different ones for ${bases[0].columns} + ${bases[1].columns}`
  throw refusal('shape', where, { expected: 'more samples than dimensions of both spaces together', got, remedy })
}
