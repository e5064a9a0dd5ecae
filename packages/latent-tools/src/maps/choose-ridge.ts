/** The regulariser by cross-validation. @module */
import { assertInteger, GenError, type Key, permutation } from '@gen/backend'
import { type Matrix64, readPair, takeRows } from '../linear/matrix.ts'
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
}

/**
 * Chooses λ of ridge regression by k-fold cross-validation: the one with the least error on points left out.
 *
 * @throws GenError `range` for more folds than points; `config` for an empty list.
 * @example
 * const { ridge } = chooseRidge(support, { key: key(0) })
 * const map = fitLinearMap(support, { method: 'ridge', ridge })
 */
export function chooseRidge(support: PairedCodes, options: ChooseRidgeOptions): RidgeChoice {
  const where = 'latentTools.chooseRidge'
  const { ridges = [1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4], folds = 5, key, ...fit } = options
  const [a, b] = readPair(where, support.a, support.b)
  assertInteger(where, 'folds', folds, { min: 2, max: a.rows })
  if (ridges.length === 0) throw new GenError('config', `${where}: expected at least one ridge, got none`)
  const order = [...permutation(key, a.rows)]
  const parts = Array.from({ length: folds }, (_, fold) => ({
    train: order.filter((_, i) => i % folds !== fold),
    test: order.filter((_, i) => i % folds === fold),
  }))
  const errors = ridges.map((ridge) => {
    const sums = parts.map(({ train, test }) => {
      const map = fitLinearMap({ a: takeRows(a, train), b: takeRows(b, train) }, { ...fit, method: 'ridge', ridge })
      return squaredError(mapCodes(map, takeRows(a, test)), takeRows(b, test))
    })
    return { ridge, error: sums.reduce((sum, value) => sum + value, 0) / b.data.length }
  })
  const { ridge } = errors.reduce((best, next) => (next.error < best.error ? next : best))
  return { ridge, errors }
}

function squaredError(a: Matrix64, b: Matrix64): number {
  return a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0)
}
