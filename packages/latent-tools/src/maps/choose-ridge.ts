/** The regularizer by cross-validation. @module */
import { assertInteger, assertKey, assertNumber, type Key, permutation, refusal } from '@gen/backend'
import { equalRows, type Matrix64, takeRows } from '@gen/linear-algebra'
import { given, shown } from '../arguments.ts'
import { readPair } from '../codes.ts'
import { type FitLinearMapOptions, fitLinearMap, type PairedCodes } from './fit-linear-map.ts'
import { mapCodes } from './linear-map.ts'

/** Options of {@link chooseRidge}. */
export interface ChooseRidgeOptions extends Omit<FitLinearMapOptions, 'method' | 'ridge'> {
  /** Values to try. @default 10⁻⁴ … 10⁴ by tens */
  ridges?: readonly number[]
  /** @default 5 */
  folds?: number
  /** Deals the points to the folds. */
  key: Key
}

/** The best λ, and how all did. */
export interface RidgeChoice {
  readonly ridge: number
  /** Mean squared error of each λ on the points that were held out, per coordinate. */
  readonly errors: readonly { readonly ridge: number; readonly error: number }[]
  /** What the reader of the numbers should know, in words. */
  readonly warnings: readonly string[]
}

/**
 * Chooses λ of ridge regression by k-fold cross-validation: the one with the least error on points left out. Equal points
 * are left out together. A warning says where the best λ is the last one tried on one side.
 *
 * @throws GenError `range` for more folds than different points; `config` for an empty list.
 * @example
 * const { ridge } = chooseRidge(support, { key: key(0) })
 * const map = fitLinearMap(support, { method: 'ridge', ridge })
 */
export function chooseRidge(support: PairedCodes, options: ChooseRidgeOptions): RidgeChoice {
  const where = 'latentTools.chooseRidge'
  const { ridges = [1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4], folds = 5, key, ...fit } = given(where, options)
  const { a: first, b: second } = given(where, support, 'the support set, { a, b },')
  const [a, b] = readPair(where, first, second)
  assertKey(where, 'key', key)
  if (!Array.isArray(ridges) || ridges.length === 0) {
    throw refusal('config', where, { expected: 'at least one ridge', got: shown(ridges) })
  }
  for (const ridge of ridges) assertNumber(where, 'ridges', ridge, { exclusiveMin: 0 })
  const order = [...permutation(key, a.rows)]
  const places = placesOf(equalRows(a), order)
  assertInteger(where, 'folds', folds, { min: 2, max: Math.max(...places) + 1 })
  const parts = Array.from({ length: folds }, (_, fold) => ({
    train: order.filter((row) => places[row]! % folds !== fold),
    test: order.filter((row) => places[row]! % folds === fold),
  }))
  const errors = ridges.map((ridge) => {
    const sums = parts.map(({ train, test }) => {
      const map = fitLinearMap({ a: takeRows(a, train), b: takeRows(b, train) }, { ...fit, method: 'ridge', ridge })
      return squaredError(mapCodes(map, takeRows(a, test)), takeRows(b, test))
    })
    return { ridge, error: sums.reduce((sum, value) => sum + value, 0) / b.data.length }
  })
  const { ridge } = errors.reduce((best, next) => (next.error < best.error ? next : best))
  return { ridge, errors, warnings: atTheEnd(ridge, ridges) }
}

/** Where each row stands in the order, equal rows at the place of the first of them. */
function placesOf(ids: Int32Array, order: readonly number[]): number[] {
  const places = new Map<number, number>()
  for (const row of order) if (!places.has(ids[row]!)) places.set(ids[row]!, places.size)
  return Array.from(ids, (id) => places.get(id)!)
}

function atTheEnd(ridge: number, ridges: readonly number[]): string[] {
  const [least, most] = [Math.min(...ridges), Math.max(...ridges)]
  if (ridges.length < 2 || (ridge !== least && ridge !== most)) return []
  const side = ridge === least ? 'smallest' : 'largest'
  return [`the best ridge, ${ridge}, is the ${side} tried: pass ridges beyond it, or scaling: 'isotropic'`]
}

function squaredError(a: Matrix64, b: Matrix64): number {
  return a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0)
}
