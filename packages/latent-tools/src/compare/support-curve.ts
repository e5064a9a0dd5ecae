/** How the error falls with the size of the support set. @module */
import { assertInteger, assertKey, fold, type Key, permutation, refusal } from '@gen/backend'
import { meanOf, takeRows } from '@gen/linear-algebra'
import { assertFunction, assertNumbers, given } from '../arguments.ts'
import { readPair } from '../codes.ts'
import { type FitLinearMapOptions, fitLinearMap, type PairedCodes } from '../maps/fit-linear-map.ts'
import { type LinearMap, mapCodes } from '../maps/linear-map.ts'
import { latentErrors } from './latent-errors.ts'

/** Options of {@link supportCurve}. */
export interface SupportCurveOptions extends FitLinearMapOptions {
  /** Sizes to try. @default 8, 16, … up to the number of points */
  sizes?: readonly number[]
  /** Random support sets of each size. @default 5 */
  repeats?: number
  /** What is measured of a map. @default 1 − R² on the test points */
  measure?: (map: LinearMap) => number | Promise<number>
  key: Key
}

/** The error at one size. */
export interface SupportCurvePoint {
  readonly size: number
  readonly mean: number
  /** The band that holds the mean of many repeats with 95 % confidence (Student's t). */
  readonly low: number
  readonly high: number
  readonly values: readonly number[]
}

/**
 * Fits maps from random support sets of several sizes, measures them on other points, and gives the mean error with its
 * confidence band at each size.
 *
 * @param points - Points to take support sets from.
 * @param test - Other points, on which the error is measured.
 * @throws GenError `range` for sizes above the number of points; and what {@link fitLinearMap} throws.
 * @example
 * const curve = await supportCurve(train, test, { sizes: [8, 64, 512], key: key(0) })
 */
export async function supportCurve(
  points: PairedCodes,
  test: PairedCodes,
  options: SupportCurveOptions,
): Promise<SupportCurvePoint[]> {
  const where = 'latentTools.supportCurve'
  const { sizes, repeats = 5, measure, key, ...fit } = given(where, options)
  const { a: first, b: second } = given(where, points, 'the points, { a, b },')
  const [a, b] = readPair(where, first, second)
  const asked = given(where, test, 'the test points, { a, b },')
  assertKey(where, 'key', key)
  if (measure !== undefined) assertFunction(where, 'measure', measure)
  if (sizes !== undefined) assertNumbers(where, 'sizes', sizes)
  const wanted = sizes ?? Array.from({ length: 20 }, (_, i) => 2 ** (i + 3)).filter((size) => size <= a.rows)
  assertInteger(where, 'repeats', repeats, { min: 1 })
  const most = Math.max(...wanted)
  if (wanted.length === 0 || most > a.rows) {
    throw refusal('range', where, {
      expected: `sizes up to the ${a.rows} points`,
      got: most,
      remedy: 'pass more points or smaller sizes',
    })
  }
  const error = measure ?? ((map: LinearMap) => 1 - latentErrors(mapCodes(map, asked.a), asked.b).r2)
  const curve: SupportCurvePoint[] = []
  for (const size of wanted) {
    const values: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      const rows = permutation(fold(fold(key, size), repeat), a.rows).subarray(0, size)
      values.push(await error(fitLinearMap({ a: takeRows(a, rows), b: takeRows(b, rows) }, fit)))
    }
    curve.push({ size, values, ...band(values) })
  }
  return curve
}

/** Quantiles of Student's t at 97.5 %, from 1 degree of freedom. */
const student = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]

function band(values: readonly number[]): { mean: number; low: number; high: number } {
  const mean = meanOf(values)
  const freedom = values.length - 1
  if (freedom < 1) return { mean, low: mean, high: mean }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom
  const half = (student[freedom - 1] ?? 1.96 + 2.6 / freedom) * Math.sqrt(variance / values.length)
  return { mean, low: mean - half, high: mean + half }
}
