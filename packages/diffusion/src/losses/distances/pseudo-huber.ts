/** A smooth Huber. @module */
import { assertNumber } from '@gen/backend'
import { add, mul, sqrt, square, sub } from '@tensorflow/tfjs-core'
import type { Distance } from './distance.ts'

/** Options of {@link pseudoHuber}. */
export interface PseudoHuberOptions {
  /** Where squares turn into absolute values. @default 1 */
  scale?: number
}

/**
 * `c (√(d² + c²) − c)`: about `d²/2` for |d| much below c = `scale` and `c |d|` much above, with all derivatives.
 *
 * @throws GenError `range` unless 10⁻⁴ ≤ scale ≤ 1000.
 * @see Improved techniques for training consistency models (Song and Dhariwal, 2023) https://arxiv.org/abs/2310.14189
 * @example
 * const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), loss: pseudoHuber({ scale: 0.1 }) })
 */
export function pseudoHuber({ scale = 1 }: PseudoHuberOptions = {}): Distance {
  assertNumber('diffusion.pseudoHuber', 'scale', scale, { min: 1e-4, max: 1000 })
  return {
    config: { kind: 'pseudoHuber', scale },
    of: (difference) => mul(sub(sqrt(add(square(difference), scale ** 2)), scale), scale),
  }
}
