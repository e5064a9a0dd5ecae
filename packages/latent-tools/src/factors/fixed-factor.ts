/** Scores that ask which factor was held still. @module */
import { assertInteger, assertKey, fold, type Key, permutation, randintArray, refusal } from '@gen/backend'
import {
  columnDeviations,
  columnMeans,
  dotProduct,
  equalRows,
  type Matrix64,
  rowOf,
  takeRows,
  zeroMatrix,
} from '@gen/linear-algebra'
import { given } from '../arguments.ts'
import type { Codes } from '../codes.ts'
import { supportVectorMachine } from '../directions/margin-classifiers.ts'
import { assertRepeats, type KnownFactors, readFactors } from './known-factors.ts'

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

/** Codes whose deviation is a smaller share of their mean vary by the rounding of float32 only: they would always win. */
const collapsed = 1e-7

/**
 * FactorVAE score: in groups of samples that share one factor, the code that varies least, compared with its variance over
 * all samples, tells which factor it was, by majority vote. Accuracy on groups of other samples, in [0, 1].
 *
 * The groups are drawn from the given samples, those that the vote is learned from among one half of them, those that
 * measure it among the other: in both, some values of each factor need at
 * least two. Equal codes are in the same half.
 *
 * @throws GenError `shape` or `value` for sets that do not fit, a constant factor, factors whose values do not repeat, or
 * codes that do not vary.
 * @see Disentangling by factorizing (Kim & Mnih, 2018) https://arxiv.org/abs/1802.05983
 * @example
 * const score = factorVaeScore(codes, factors, { key: key(0) })
 */
export function factorVaeScore(codes: Codes, factors: Codes, options: FixedFactorOptions): number {
  const where = 'latentTools.factorVaeScore'
  const { votes = 800, testVotes = 400, groupSize = 64, key } = given(where, options)
  const { known, halves, spreads } = prepare(where, codes, factors, { votes, testVotes, groupSize }, key)
  const active = [...spreads.keys()].filter((k) => spreads[k]! > 0)
  const table = zeroMatrix(known.codes.columns, known.factors.columns)
  const vote = (index: number) => {
    const { factor, rows } = drawGroup(halves[index < votes ? 0 : 1], groupSize, fold(key, index))
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
 * β-VAE score: the mean absolute difference of the codes (each of deviation 1) of pairs that share one factor tells a linear
 * classifier which factor it was. Accuracy on pairs of other samples, in [0, 1].
 *
 * @throws GenError as {@link factorVaeScore}.
 * @see beta-VAE (Higgins et al., 2017) https://openreview.net/forum?id=Sy2fzU9gl
 * @example
 * const score = betaVaeScore(codes, factors, { key: key(0) })
 */
export function betaVaeScore(codes: Codes, factors: Codes, options: FixedFactorOptions): number {
  const where = 'latentTools.betaVaeScore'
  const { votes = 800, testVotes = 400, groupSize = 64, key } = given(where, options)
  const { known, halves, spreads } = prepare(where, codes, factors, { votes, testVotes, groupSize }, key)
  const features = zeroMatrix(votes + testVotes, known.codes.columns)
  const named = Array.from({ length: votes + testVotes }, (_, i) => {
    const groups = halves[i < votes ? 0 : 1]
    const sums = rowOf(features, i)
    const factor = randintArray(fold(key, i), 1, 1, { max: groups.length })[0]!
    for (let pair = 0; pair < groupSize; pair++) {
      const { rows } = drawGroup(groups, 2, fold(fold(key, i), pair + 1), factor)
      const [a, b] = [rowOf(known.codes, rows[0]!), rowOf(known.codes, rows[1]!)]
      for (let k = 0; k < sums.length; k++) {
        if (spreads[k]! > 0) sums[k]! += Math.abs(a[k]! - b[k]!) / spreads[k]! / groupSize
      }
    }
    return factor
  })
  const order = Array.from({ length: votes + testVotes }, (_, i) => i)
  const train = takeRows(features, order.slice(0, votes))
  const planes = halves[0].map((_, factor) => {
    const labels = named.slice(0, votes).map((name) => Number(name === factor))
    return supportVectorMachine(train, labels, 10)
  })
  const right = order.slice(votes).filter((row) => {
    const scores = planes.map(({ weights, bias }) => dotProduct(rowOf(features, row), weights) + bias)
    return indexOfLargest(Float64Array.from(scores)) === named[row]
  })
  return right.length / testVotes
}

/** For each factor, the rows of each value that repeats. */
type Groups = readonly (readonly Int32Array[])[]

interface Prepared {
  readonly known: KnownFactors
  /** Groups of one half of the samples, and of the other. */
  readonly halves: readonly [Groups, Groups]
  /** Deviation of each code; 0 for those that do not vary. */
  readonly spreads: Float64Array
}

function prepare(
  where: string,
  codes: Codes,
  factors: Codes,
  sizes: { votes: number; testVotes: number; groupSize: number },
  key: Key,
): Prepared {
  for (const [name, value] of Object.entries(sizes)) assertInteger(where, name, value, { min: 2 })
  const known = readFactors(where, codes, factors)
  assertKey(where, 'key', key)
  assertRepeats(where, known.factors)
  const means = columnMeans(known.codes)
  const spreads = columnDeviations(known.codes, means).map((spread, k) =>
    spread > collapsed * Math.abs(means[k]!) ? spread : 0,
  )
  if (!spreads.some((spread) => spread > 0)) {
    throw refusal('value', where, {
      expected: 'codes that vary',
      got: 'constant ones',
      remedy: 'the encoder has collapsed',
    })
  }
  const { train, test } = halved(known.codes, key)
  return { known, halves: [groupsOf(where, known.factors, train), groupsOf(where, known.factors, test)], spreads }
}

/** Two halves of the rows, equal ones in the same: what measures a vote is not what it was learned from. */
function halved(x: Matrix64, key: Key): { train: number[]; test: number[] } {
  const ids = equalRows(x)
  const [train, test]: [number[], number[]] = [[], []]
  const partOf = new Map<number, number[]>()
  for (const row of permutation(key, x.rows)) {
    const part = partOf.get(ids[row]!) ?? (test.length < train.length ? test : train)
    partOf.set(ids[row]!, part)
    part.push(row)
  }
  return { train, test }
}

function groupsOf(where: string, factors: Matrix64, samples: readonly number[]): Groups {
  return Array.from({ length: factors.columns }, (_, j) => {
    const byValue = new Map<number, number[]>()
    for (const row of samples) {
      const value = factors.data[row * factors.columns + j]!
      const rows = byValue.get(value)
      if (rows) rows.push(row)
      else byValue.set(value, [row])
    }
    const groups = [...byValue.values()].filter((rows) => rows.length >= 2).map((rows) => Int32Array.from(rows))
    if (groups.length > 0) return groups
    throw refusal('value', where, {
      expected: 'factors whose values repeat in either half of the samples',
      got: `all different in column ${j}`,
      remedy: 'pass more samples, or round them to a few values',
    })
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
