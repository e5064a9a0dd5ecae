/** A normal prior with its own mean and deviation in each dimension. @module */
import { assertDiagonalNormal, assertShape, normal } from '@gen/backend'
import { add, div, exp, mul, square, sub, sum, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { deviance } from '../posteriors/deviance.ts'
import { readDeviations, readFloats, type Vector } from './numbers.ts'
import type { ClosedFormPrior } from './standard-normal.ts'

/** Options of {@link diagonalNormal}. */
export interface DiagonalNormalOptions {
  /** μ, one number for each dimension. */
  mean: Vector
  /** σ, one number above 0 for each dimension. */
  deviation: Vector
}

/**
 * Creates `N(μ, diag σ²)`, with `KL(q ‖ p) = Σ log σ_p/σ_q + (σ_q² + (μ_q − μ_p)²)/2σ_p² − ½`.
 *
 * @throws GenError `shape` for different sizes, `range` for a deviation that is not above 0 or numbers beyond float32, `non-finite`.
 * @example
 * const prior = diagonalNormal({ mean: [0, 1], deviation: [1, 0.5] })
 */
export function diagonalNormal({ mean, deviation }: DiagonalNormalOptions): ClosedFormPrior {
  const where = 'priors.diagonalNormal'
  const mu = readFloats(where, 'mean', mean)
  const size = mu.length
  const sigma = readDeviations(where, 'deviation', deviation, size)
  const logVariance = sigma.map((value) => 2 * Math.log(value))
  const row = (values: Float64Array) => tensor1d(Float32Array.from(values))
  return {
    size,
    config: { kind: 'diagonalNormal', mean: [...mu], deviation: [...sigma] },
    sample: (count, k) => tidy(() => add(row(mu), mul(row(sigma), normal(k, [count, size])))),
    logProb: (z) => {
      assertShape(`${where}.logProb`, 'z', z, [null, size])
      return tidy(() => mul(sum(deviance(z, row(mu), row(logVariance)), 1), -0.5))
    },
    kl: (q) => {
      assertDiagonalNormal(`${where}.kl`, q, size)
      return tidy(() => {
        const ratio = sub(q.logVariance, row(logVariance))
        const distance = square(div(sub(q.mean, row(mu)), row(sigma)))
        return mul(sum(add(sub(sub(exp(ratio), ratio), 1), distance), 1), 0.5)
      })
    },
  }
}
