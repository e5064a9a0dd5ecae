/** A normal prior with any covariance. @module */
import { assertDiagonalNormal, assertShape, normal } from '@gen/backend'
import { add, exp, matMul, mul, square, sub, sum, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { readCovariance } from './cholesky.ts'
import { withInfiniteCodes } from './infinite-codes.ts'
import { type Rows, readFloats, type Vector } from './numbers.ts'
import type { ClosedFormPrior } from './standard-normal.ts'

/** Options of {@link fullNormal}. */
export interface FullNormalOptions {
  /** μ, one number for each dimension. */
  mean: Vector
  /** Σ, symmetric and positive definite, row by row. */
  covariance: Rows
}

/**
 * Creates `N(μ, Σ)`, with `KL(q ‖ p) = ½ (tr Σ⁻¹Σ_q + (μ_q − μ)ᵀΣ⁻¹(μ_q − μ) − d + log|Σ| − log|Σ_q|)`. Σ is
 * factored once, in float64.
 *
 * @throws GenError `shape` for different sizes, `value` for a matrix that is no covariance, `range` for numbers beyond float32,
 * `non-finite`.
 * @example
 * const prior = fullNormal({ mean: [0, 0], covariance: [[1, 0.8], [0.8, 1]] })
 */
export function fullNormal({ mean, covariance }: FullNormalOptions): ClosedFormPrior {
  const where = 'priors.fullNormal'
  const mu = readFloats(where, 'mean', mean)
  const size = mu.length
  const { factor, whitening, logDet } = readCovariance(where, 'covariance', covariance, size)
  const constant = -0.5 * (size * Math.log(2 * Math.PI) + logDet)
  const center = () => tensor1d(Float32Array.from(mu))
  const matrix = (values: Float64Array) => tensor2d(Float32Array.from(values), [size, size])
  return {
    size,
    config: { kind: 'fullNormal', mean: [...mu], covariance: Array.from(covariance, (row) => Array.from(row)) },
    sample: (count, k) => tidy(() => add(matMul(normal(k, [count, size]), matrix(factor), false, true), center())),
    logProb: (z) => {
      assertShape(`${where}.logProb`, 'z', z, [null, size])
      return withInfiniteCodes(z, (finite) => {
        const white = matMul(sub(finite, center()), matrix(whitening), false, true)
        return sub(constant, mul(sum(square(white), 1), 0.5))
      })
    },
    kl: (q) => {
      assertDiagonalNormal(`${where}.kl`, q, size)
      return tidy(() => {
        const map = matrix(whitening)
        const distance = sum(square(matMul(sub(q.mean, center()), map, false, true)), 1)
        // tr Σ⁻¹Σ_q with a diagonal Σ_q: each σ² times the squared length of the whitening's column.
        const trace = sum(mul(exp(q.logVariance), sum(square(map), 0)), 1)
        return mul(add(sub(add(distance, trace), sum(q.logVariance, 1)), logDet - size), 0.5)
      })
    },
  }
}
