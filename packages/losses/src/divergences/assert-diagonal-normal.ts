/** What divergences need to know of an encoder's distributions. @module */
import { assertShape } from '@gen/backend'
import type { Tensor2D } from '@tensorflow/tfjs-core'

/** A diagonal normal for each row; the `Posterior` of `@gen/priors` is one. */
export interface DiagonalNormal {
  /** μ, `[batch, size]`. */
  readonly mean: Tensor2D
  /** log σ², `[batch, size]`. */
  readonly logVariance: Tensor2D
}

/** Throws a GenError `shape` unless mean and log-variance are both `[batch, size]`. */
export function assertDiagonalNormal(where: string, q: DiagonalNormal): void {
  assertShape(where, 'q.mean', q.mean, [null, null])
  assertShape(where, 'q.logVariance', q.logVariance, q.mean.shape)
}
