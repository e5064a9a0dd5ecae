/** One check of diagonal normals, for all who take an encoder's. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import { assertShape } from './checks.ts'

/** A normal distribution with a diagonal covariance for each row, as `@gen/model` defines it. */
interface Moments {
  readonly mean: Tensor
  readonly logVariance: Tensor
}

/**
 * Checks that mean and log-variance are both `[batch, size]`.
 *
 * @param size - What the rows must have; any where it is null.
 * @throws GenError `shape`
 * @example
 * assertDiagonalNormal('priors.kl', { mean: zeros([2, 3]), logVariance: zeros([2, 3]) }, 3)
 */
export function assertDiagonalNormal(where: string, q: Moments, size: number | null = null): void {
  assertShape(where, 'q.mean', q.mean, [null, size])
  assertShape(where, 'q.logVariance', q.logVariance, q.mean.shape)
}
