/** Diagonal normal distributions, one for each row: an encoder's q(z | x). @module */
import { assertDiagonalNormal, assertShape, type Key, normal } from '@gen/backend'
import type { DiagonalNormal } from '@gen/model'
import { add, exp, mul, sum, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { deviance } from './deviance.ts'

const logTwoPi = Math.log(2 * Math.PI)

/**
 * Draws one vector from each row's distribution, `z = μ + σ·ε`: differentiable in μ and log σ².
 *
 * @returns `[batch, size]`; row i depends only on q's row i and (k, i).
 * @throws GenError `shape` where mean and log-variance differ in shape.
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013) https://arxiv.org/abs/1312.6114
 * @example
 * const z = sampleFrom({ mean: zeros([64, 8]), logVariance: zeros([64, 8]) }, key(0))
 */
export function sampleFrom(q: DiagonalNormal, k: Key): Tensor2D {
  assertDiagonalNormal('priors.sampleFrom', q)
  return tidy(() => add(q.mean, mul(exp(mul(q.logVariance, 0.5)), normal(k, q.mean.shape))))
}

/**
 * Log-density of each row of z under its own distribution: `−½ Σ (log 2π + log σ² + (z − μ)²/σ²)`, in nats; exact for log σ²
 * of −176 … 176, −∞ where it is below float32 and at infinity.
 *
 * @param z - `[batch, size]`
 * @returns `[batch]`
 * @throws GenError `shape` where z, mean and log-variance differ in shape.
 * @example
 * const density = logProbOf(q, sampleFrom(q, key(0)))
 */
export function logProbOf(q: DiagonalNormal, z: Tensor2D): Tensor1D {
  assertDiagonalNormal('priors.logProbOf', q)
  assertShape('priors.logProbOf', 'z', z, q.mean.shape)
  return tidy(() => mul(sum(deviance(z, q.mean, q.logVariance), 1), -0.5))
}

/**
 * Entropy of each row's distribution: `½ Σ (1 + log 2π + log σ²)`, in nats.
 *
 * @returns `[batch]`
 * @throws GenError `shape` where mean and log-variance differ in shape.
 * @example
 * const nats = entropyOf(q)
 */
export function entropyOf(q: DiagonalNormal): Tensor1D {
  assertDiagonalNormal('priors.entropyOf', q)
  return tidy(() => mul(sum(add(q.logVariance, 1 + logTwoPi), 1), 0.5))
}
