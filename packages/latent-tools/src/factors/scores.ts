/** Disentanglement scores that need only codes and factors. @module */

import { assertInteger } from '@gen/backend'
import {
  columnDeviations,
  columnMeans,
  columnOf,
  dotProduct,
  type Matrix64,
  meanOf,
  rowOf,
  zeroMatrix,
} from '@gen/linear-algebra'
import { given } from '../arguments.ts'
import type { Codes } from '../codes.ts'
import { informationMatrix } from './discretize.ts'
import { assertRepeats, readFactors, topTwo } from './known-factors.ts'

/** Options of the scores that use mutual information. */
export interface InformationOptions {
  /** Bins into which each code is cut. @default 20 */
  bins?: number
}

/**
 * Mutual information gap: how much more the best code knows of a factor than the second best, as a share of the factor's
 * entropy, averaged over factors. In [0, 1]; 1: every factor is in one code.
 *
 * @throws GenError `shape` or `value` for sets that do not fit, a constant factor, or factors whose values do not repeat.
 * @see Isolating sources of disentanglement in VAEs (Chen et al., 2018) https://arxiv.org/abs/1802.04942
 * @example
 * const gap = mutualInformationGap(codes, factors)
 */
export function mutualInformationGap(codes: Codes, factors: Codes, options: InformationOptions = {}): number {
  const where = 'latentTools.mutualInformationGap'
  const { bins = 20 } = given(where, options)
  assertInteger(where, 'bins', bins, { min: 2 })
  const known = readFactors(where, codes, factors)
  assertRepeats(where, known.factors)
  const { matrix, entropies } = informationMatrix(known.codes, known.factors, bins)
  return meanOf(
    entropies.map((entropy, j) => {
      const { first, second } = topTwo(columnOf(matrix, j))
      return (first - second) / entropy
    }),
  )
}

/**
 * Modularity: whether each code knows of one factor only, from squared mutual information, averaged over codes. In [0, 1].
 *
 * @throws GenError `shape` or `value` for sets that do not fit, a constant factor, or factors whose values do not repeat.
 * @see Learning deep disentangled embeddings with the F-statistic loss (Ridgeway & Mozer, 2018)
 * https://arxiv.org/abs/1802.05312
 * @example
 * const score = modularity(codes, factors)
 */
export function modularity(codes: Codes, factors: Codes, options: InformationOptions = {}): number {
  const where = 'latentTools.modularity'
  const { bins = 20 } = given(where, options)
  assertInteger(where, 'bins', bins, { min: 2 })
  const known = readFactors(where, codes, factors)
  assertRepeats(where, known.factors)
  const { matrix } = informationMatrix(known.codes, known.factors, bins)
  const scores = Array.from({ length: matrix.rows }, (_, i) => {
    const squares = rowOf(matrix, i).map((value) => value * value)
    const total = squares.reduce((sum, value) => sum + value, 0)
    const { first } = topTwo(squares)
    if (first === 0) return 0
    return matrix.columns === 1 ? 1 : 1 - (total - first) / (first * (matrix.columns - 1))
  })
  return meanOf(scores)
}

/**
 * Separated attribute predictability: how much better the best code predicts a factor linearly (squared correlation) than
 * the second best, averaged over factors. In [0, 1]. Factors are taken as ordered numbers.
 *
 * @throws GenError `shape` or `value` for sets that do not fit or a constant factor.
 * @see Variational inference of disentangled latent concepts (Kumar et al., 2018) https://arxiv.org/abs/1711.00848
 * @example
 * const score = sap(codes, factors)
 */
export function sap(codes: Codes, factors: Codes): number {
  const known = readFactors('latentTools.sap', codes, factors)
  const scores = zeroMatrix(known.codes.columns, known.factors.columns)
  const [z, y] = [unitColumns(known.codes), unitColumns(known.factors)]
  for (let i = 0; i < scores.rows; i++) {
    for (let j = 0; j < scores.columns; j++) {
      scores.data[i * scores.columns + j] = squaredCorrelation(z[i]!, y[j]!)
    }
  }
  const gaps = Array.from({ length: scores.columns }, (_, j) => {
    const { first, second } = topTwo(columnOf(scores, j))
    return first - second
  })
  return meanOf(gaps)
}

/** Of two columns that are centered and of length 1, or 0 where they do not vary: a collapsed code knows nothing. */
function squaredCorrelation(x: Float64Array, y: Float64Array): number {
  return dotProduct(x, y) ** 2
}

function unitColumns(x: Matrix64): Float64Array[] {
  const means = columnMeans(x)
  const deviations = columnDeviations(x, means)
  return Array.from(deviations, (deviation, k) => {
    const scale = deviation > 0 ? 1 / (deviation * Math.sqrt(x.rows)) : 0
    return columnOf(x, k).map((value) => (value - means[k]!) * scale)
  })
}
