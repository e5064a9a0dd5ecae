/** Scores that ask which factor was held still. @module */
import { assertInteger, fold, GenError, type Key, randintArray } from '@gen/backend'
import type { Codes } from '../codes.ts'
import { supportVectorMachine } from '../directions/margin-classifiers.ts'
import { columnOf, type Matrix64, rowOf, takeRows, zeros } from '../linear/matrix.ts'
import { columnDeviations } from '../linear/statistics.ts'
import { dot } from '../linear/svd.ts'
import { type KnownFactors, readFactors } from './known-factors.ts'

/** Options of {@link factorVaeScore} and {@link betaVaeScore}. */
export interface FixedFactorOptions {
  /** Groups with one factor held still from which the classifier learns. @default 800 */
  votes?: number
  /** As many again to measure it. @default 400 */
  testVotes?: number
  /** Samples in a group. @default 64 */
  groupSize?: number
  /** Draws the groups. */
  key: Key
}

/** Codes that hardly vary (collapsed dimensions) would always win: those below this share of the largest deviation are out. */
const collapsed = 0.05

/**
 * FactorVAE score: in groups of samples that share one factor, the code that varies least, compared with its variance over
 * all samples, tells which factor it was, by majority vote. Accuracy on new groups, in [0, 1].
 *
 * The groups are drawn from the given samples: each value of a factor needs at least two.
 *
 * @throws GenError `shape` or `value` for sets that do not fit, a constant factor, or factors whose values do not repeat.
 * @see Disentangling by factorising (Kim & Mnih, 2018) https://arxiv.org/abs/1802.05983
 * @example
 * const score = factorVaeScore(codes, factors, { key: key(0) })
 */
export function factorVaeScore(codes: Codes, factors: Codes, options: FixedFactorOptions): number {
  const where = 'latentTools.factorVaeScore'
  const { votes = 800, testVotes = 400, groupSize = 64, key } = options
  const { known, groups } = prepare(where, codes, factors, { votes, testVotes, groupSize })
  const spreads = columnDeviations(known.codes)
  const least = collapsed * Math.max(...spreads)
  const active = [...spreads.keys()].filter((k) => spreads[k]! > least)
  const table = zeros(known.codes.columns, known.factors.columns)
  const vote = (index: number) => {
    const { factor, rows } = drawGroup(groups, groupSize, fold(key, index))
    const inner = columnDeviations(takeRows(known.codes, rows))
    const still = active.reduce((best, k) => (inner[k]! / spreads[k]! < inner[best]! / spreads[best]! ? k : best))
    return { factor, still }
  }
  for (let i = 0; i < votes; i++) {
    const { factor, still } = vote(i)
    table.data[still * table.columns + factor]!++
  }
  const named = Array.from({ length: table.rows }, (_, k) => indexOfLargest(rowOf(table, k)))
  let right = 0
  for (let i = 0; i < testVotes; i++) {
    const { factor, still } = vote(votes + i)
    right += Number(named[still] === factor)
  }
  return right / testVotes
}

/**
 * β-VAE score: the mean absolute difference of the codes of pairs that share one factor tells a linear classifier which
 * factor it was. Accuracy on new groups, in [0, 1].
 *
 * @throws GenError as {@link factorVaeScore}.
 * @see beta-VAE (Higgins et al., 2017) https://openreview.net/forum?id=Sy2fzU9gl
 * @example
 * const score = betaVaeScore(codes, factors, { key: key(0) })
 */
export function betaVaeScore(codes: Codes, factors: Codes, options: FixedFactorOptions): number {
  const where = 'latentTools.betaVaeScore'
  const { votes = 800, testVotes = 400, groupSize = 64, key } = options
  const { known, groups } = prepare(where, codes, factors, { votes, testVotes, groupSize })
  const features = zeros(votes + testVotes, known.codes.columns)
  const named = Array.from({ length: votes + testVotes }, (_, i) => {
    const sums = rowOf(features, i)
    const factor = randintArray(fold(key, i), 1, 1, { max: groups.length })[0]!
    for (let pair = 0; pair < groupSize; pair++) {
      const { rows } = drawGroup(groups, 2, fold(fold(key, i), pair + 1), factor)
      const [a, b] = [rowOf(known.codes, rows[0]!), rowOf(known.codes, rows[1]!)]
      for (let k = 0; k < sums.length; k++) sums[k]! += Math.abs(a[k]! - b[k]!) / groupSize
    }
    return factor
  })
  const order = Array.from({ length: votes + testVotes }, (_, i) => i)
  const train = takeRows(features, order.slice(0, votes))
  const planes = groups.map((_, factor) => {
    const labels = named.slice(0, votes).map((name) => Number(name === factor))
    return supportVectorMachine(train, labels, 10)
  })
  const right = order.slice(votes).filter((row) => {
    const scores = planes.map(({ weights, bias }) => dot(rowOf(features, row), weights) + bias)
    return indexOfLargest(Float64Array.from(scores)) === named[row]
  })
  return right.length / testVotes
}

/** For each factor, the rows of each value that repeats. */
type Groups = readonly (readonly Int32Array[])[]

function prepare(
  where: string,
  codes: Codes,
  factors: Codes,
  sizes: { votes: number; testVotes: number; groupSize: number },
): { known: KnownFactors; groups: Groups } {
  for (const [name, value] of Object.entries(sizes)) assertInteger(where, name, value, { min: 2 })
  const known = readFactors(where, codes, factors)
  return { known, groups: groupsOf(where, known.factors) }
}

function groupsOf(where: string, factors: Matrix64): Groups {
  return Array.from({ length: factors.columns }, (_, j) => {
    const byValue = new Map<number, number[]>()
    columnOf(factors, j).forEach((value, row) => {
      const rows = byValue.get(value)
      if (rows) rows.push(row)
      else byValue.set(value, [row])
    })
    const groups = [...byValue.values()].filter((rows) => rows.length >= 2).map((rows) => Int32Array.from(rows))
    if (groups.length > 0) return groups
    throw new GenError(
      'value',
      `${where}: expected factors whose values repeat, got all different in column ${j}; round them to a few values`,
    )
  })
}

/** Rows (with repetition) that share a value of a factor. */
function drawGroup(groups: Groups, size: number, key: Key, chosen?: number): { factor: number; rows: Int32Array } {
  const factor = chosen ?? randintArray(fold(key, 0), 1, 1, { max: groups.length })[0]!
  const values = groups[factor]!
  const rows = values[randintArray(fold(key, 1), 1, 1, { max: values.length })[0]!]!
  return { factor, rows: randintArray(fold(key, 2), size, 1, { max: rows.length }).map((at) => rows[at]!) }
}

function indexOfLargest(values: Float64Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0)
}
