/** Disentanglement, completeness, informativeness. @module */

import { assertKey, assertNumber, type Key, permutation, refusal } from '@gen/backend'
import {
  columnMeans,
  columnOf,
  columnScales,
  dotProduct,
  equalRows,
  type Matrix64,
  meanOf,
  rowOf,
  standardized,
  takeRows,
  zeroMatrix,
} from '@gen/linear-algebra'
import { given } from '../arguments.ts'
import { type Codes, readCodes } from '../codes.ts'
import { readFactors } from './known-factors.ts'

/** What an importance matrix says. */
export interface DciScores {
  /** Whether each code serves one factor, codes weighted by their importance; in [0, 1]. */
  readonly disentanglement: number
  /** Whether each factor is served by one code, factors weighted by their importance; in [0, 1]. */
  readonly completeness: number
}

/** {@link dci} of codes and factors. */
export interface Dci extends DciScores {
  /** R² of the predictions on samples left out, averaged over factors; 1 is perfect. */
  readonly informativeness: number
  /** Absolute weight of each code for each factor, `[codes, factors]`. */
  readonly importance: Matrix64
  /** What the reader of the numbers should know, in words. */
  readonly warnings: readonly string[]
}

/** Options of {@link dci}. */
export interface DciOptions {
  /** Weight of the L1 penalty, on codes and factors of deviation 1. @default 0.02 */
  penalty?: number
  /** Share of the samples kept back to measure informativeness. @default 0.3 */
  heldOut?: number
  /** Deals the samples to both parts. */
  key: Key
}

/**
 * Disentanglement and completeness of an importance matrix `[codes, factors]`, from any predictor: one minus the entropy of
 * its rows and of its columns, with logarithms to the number of columns and rows.
 *
 * @throws GenError `value` for negative importances.
 * @see A framework for the quantitative evaluation of disentangled representations (Eastwood & Williams, 2018)
 * https://openreview.net/forum?id=By-7dz-AZ
 */
export function dciOfImportance(importance: Codes): DciScores {
  const where = 'latentTools.dciOfImportance'
  const matrix = readCodes(where, 'importance', importance)
  if (matrix.data.some((value) => value < 0)) {
    throw refusal('value', where, {
      expected: 'importances of at least 0',
      got: 'a negative one',
      remedy: 'pass absolute values',
    })
  }
  const rows = Array.from({ length: matrix.rows }, (_, i) => rowOf(matrix, i))
  const columns = Array.from({ length: matrix.columns }, (_, j) => columnOf(matrix, j))
  return { disentanglement: weighted(rows), completeness: weighted(columns) }
}

/**
 * DCI of codes `[n, size]` and factors `[n, factors]`: each factor, as an ordered number, is predicted from all codes by
 * the lasso, whose absolute weights are the importances. A factor that does not vary among the samples kept back is named
 * in `warnings`; its R² is then against its variance over all samples.
 *
 * @throws GenError `shape` or `value` for sets that do not fit or a constant factor.
 * @see A framework for the quantitative evaluation of disentangled representations (Eastwood & Williams, 2018)
 * https://openreview.net/forum?id=By-7dz-AZ
 * @example
 * const { disentanglement, completeness, informativeness } = dci(codes, factors, { key: key(0) })
 */
export function dci(codes: Codes, factors: Codes, options: DciOptions): Dci {
  const where = 'latentTools.dci'
  const { penalty = 0.02, heldOut = 0.3, key } = given(where, options)
  assertNumber(where, 'penalty', penalty, { exclusiveMin: 0 })
  assertNumber(where, 'heldOut', heldOut, { exclusiveMin: 0, max: 0.9 })
  const known = readFactors(where, codes, factors, 10)
  assertKey(where, 'key', key)
  const [x, y] = [unitColumns(known.codes), unitColumns(known.factors)]
  const { train, test } = dealt(where, known.codes, heldOut, key)
  const importance = zeroMatrix(x.columns, y.columns)
  const constant: number[] = []
  const scores = Array.from({ length: y.columns }, (_, j) => {
    const target = columnOf(y, j)
    const weights = lasso(
      takeRows(x, train),
      Float64Array.from(train, (i) => target[i]!),
      penalty,
    )
    weights.forEach((weight, i) => {
      importance.data[i * y.columns + j] = Math.abs(weight)
    })
    const left = Float64Array.from(test, (i) => target[i]! - dotProduct(rowOf(x, i), weights))
    const whole = Float64Array.from(test, (i) => target[i]!)
    if (whole.every((value) => value === whole[0])) constant.push(j)
    const mean = meanOf(whole)
    const variance = whole.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    // Over all samples a factor has variance 1.
    return 1 - dotProduct(left, left) / (constant.includes(j) ? test.length : variance)
  })
  const warnings = constant.map(
    (j) => `factor ${j} does not vary in the samples kept back: its R² is against its variance over all samples`,
  )
  return { ...dciOfImportance(importance), informativeness: meanOf(scores), importance, warnings }
}

function unitColumns(x: Matrix64): Matrix64 {
  const means = columnMeans(x)
  return standardized(x, means, columnScales(x, means))
}

/** Equal codes are dealt to the same part, or the part kept back would ask for what was learned by heart. */
function dealt(where: string, x: Matrix64, heldOut: number, key: Key): { train: number[]; test: number[] } {
  const wanted = Math.max(1, Math.round(heldOut * x.rows))
  const [train, test]: [number[], number[]] = [[], []]
  const ids = equalRows(x)
  const partOf = new Map<number, number[]>()
  for (const row of permutation(key, x.rows)) {
    const part = partOf.get(ids[row]!) ?? (test.length < wanted ? test : train)
    partOf.set(ids[row]!, part)
    part.push(row)
  }
  if (train.length > 0) return { train, test }
  throw refusal('value', where, {
    expected: 'codes that differ',
    got: 'too few different ones',
    remedy: 'pass more samples',
  })
}

/** Weights of the smallest `‖y − x·w‖²/(2n) + penalty·‖w‖₁`, by coordinate descent. */
export function lasso(x: Matrix64, y: Float64Array, penalty: number): Float64Array {
  const weights = new Float64Array(x.columns)
  const residual = Float64Array.from(y)
  const columns = Array.from({ length: x.columns }, (_, k) => columnOf(x, k))
  const squares = columns.map((column) => dotProduct(column, column))
  for (let round = 0; round < 1000; round++) {
    let moved = 0
    columns.forEach((column, k) => {
      if (squares[k] === 0) return
      const old = weights[k]!
      const along = dotProduct(column, residual) + squares[k]! * old
      const next = (Math.sign(along) * Math.max(0, Math.abs(along) - penalty * x.rows)) / squares[k]!
      if (next === old) return
      for (let i = 0; i < residual.length; i++) residual[i]! += (old - next) * column[i]!
      weights[k] = next
      moved = Math.max(moved, Math.abs(next - old))
    })
    if (moved < 1e-12) break
  }
  return weights
}

/** One minus the entropy of each vector, averaged with their sums as weights. */
function weighted(vectors: readonly Float64Array[]): number {
  const sums = vectors.map((vector) => vector.reduce((sum, value) => sum + value, 0))
  const total = sums.reduce((sum, value) => sum + value, 0)
  return vectors.reduce((score, vector, i) => {
    const weight = total > 0 ? sums[i]! / total : 1 / vectors.length
    return score + weight * (1 - entropy(vector))
  }, 0)
}

function entropy(vector: Float64Array): number {
  if (vector.length < 2) return 0
  const total = vector.reduce((sum, value) => sum + value, 0)
  if (!(total > 0)) return 1
  const shares = vector.map((value) => value / total).filter((share) => share > 0)
  return -shares.reduce((sum, share) => sum + share * Math.log(share), 0) / Math.log(vector.length)
}
