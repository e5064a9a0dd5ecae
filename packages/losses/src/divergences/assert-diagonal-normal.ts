/** What divergences need to know of an encoder's distributions. @module */
import { assertShape } from '@gen/backend'
import type { DiagonalNormal } from '@gen/model'

/** Throws a GenError `shape` unless mean and log-variance are both `[batch, size]`. */
export function assertDiagonalNormal(where: string, q: DiagonalNormal): void {
  assertShape(where, 'q.mean', q.mean, [null, null])
  assertShape(where, 'q.logVariance', q.logVariance, q.mean.shape)
}
