/** A uniform prior over the unit sphere. @module */
import { assertDiagonalNormal, assertInteger, assertShape, normal } from '@gen/backend'
import { abs, div, fill, lessEqual, norm, square, sub, sum, tidy } from '@tensorflow/tfjs-core'
import { flatDensity } from './flat-density.ts'
import { withInfiniteCodes } from './infinite-codes.ts'
import type { ClosedFormPrior } from './standard-normal.ts'

/** Float32 points that are meant to lie on the sphere do so within this. */
const tolerance = 1e-3

/**
 * Creates the uniform distribution on the unit sphere in `size` dimensions. Its density is per unit of the sphere's
 * area, `p(z) = Γ(d/2) / 2π^(d/2)`, for points of length 1 (within 0.001), and 0 for others. A normal posterior has no
 * mass on it, so its `kl` is +∞.
 *
 * @param size - d: vectors have that many numbers.
 * @throws GenError `value` or `range` for a size that is no whole number ≥ 2.
 * @see Hyperspherical variational auto-encoders (Davidson et al., 2018) https://arxiv.org/abs/1804.00891
 * @example
 * const z = hypersphere(64).sample(16, key(0))
 */
export function hypersphere(size: number): ClosedFormPrior {
  const where = 'priors.hypersphere'
  assertInteger(where, 'size', size, { min: 2 })
  const logDensity = logGammaOfHalf(size) - Math.log(2) - (size / 2) * Math.log(Math.PI)
  return {
    size,
    config: { kind: 'hypersphere', size },
    sample: (count, k) =>
      tidy(() => {
        const direction = normal(k, [count, size])
        return div(direction, norm(direction, 'euclidean', 1, true))
      }),
    logProb: (z) => {
      assertShape(`${where}.logProb`, 'z', z, [null, size])
      return withInfiniteCodes(z, (finite) => {
        const on = lessEqual(abs(sub(sum(square(finite), 1), 1)), 2 * tolerance)
        return flatDensity(finite, on, logDensity)
      })
    },
    kl: (q) => {
      assertDiagonalNormal(`${where}.kl`, q, size)
      return fill([q.mean.shape[0]], Number.POSITIVE_INFINITY)
    },
  }
}

/** log Γ(n/2) for whole n ≥ 1, by Γ(a + 1) = a·Γ(a) from Γ(1) = 1 or Γ(½) = √π. */
function logGammaOfHalf(n: number): number {
  let total = n % 2 === 0 ? 0 : 0.5 * Math.log(Math.PI)
  for (let a = n % 2 === 0 ? 1 : 0.5; a < n / 2; a++) total += Math.log(a)
  return total
}
