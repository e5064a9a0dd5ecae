/** Shift of one number. @module */
import { add, squeeze, sub, zerosLike } from '@tensorflow/tfjs-core'
import type { Univariate } from './univariate.ts'

/**
 * `y = x + b`: volume is kept.
 *
 * @example
 * const layer = autoregressive(4, { univariate: additiveUnivariate(), key: key(0) })
 */
export function additiveUnivariate(): Univariate {
  return {
    config: { kind: 'additive' },
    parameters: 1,
    forward: (x, theta) => ({ value: add(x, squeeze(theta, [-1])), logDet: zerosLike(x) }),
    inverse: (y, theta) => ({ value: sub(y, squeeze(theta, [-1])), logDet: zerosLike(y) }),
  }
}
