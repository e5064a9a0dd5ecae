/** A uniform prior over a box. @module */
import { assertDiagonalNormal, assertShape, refusal, uniform } from '@gen/backend'
import { add, all, fill, greaterEqual, lessEqual, logicalAnd, mul, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { flatDensity } from './flat-density.ts'
import { withInfiniteCodes } from './infinite-codes.ts'
import { readFloats, type Vector } from './numbers.ts'
import type { ClosedFormPrior } from './standard-normal.ts'

/** Options of {@link uniformBox}. */
export interface UniformBoxOptions {
  /** Lower ends, one for each dimension. */
  low: Vector
  /** Upper ends. */
  high: Vector
}

/**
 * Creates the uniform distribution on a box: `log p(z) = −Σ log(high − low)` inside, −∞ outside. A normal posterior
 * has mass outside of every box, so its `kl` is +∞; such a prior is for GANs and for estimators that see samples only.
 *
 * @throws GenError `shape` for different sizes, `range` unless low < high everywhere, `non-finite`.
 * @example
 * const prior = uniformBox({ low: [-1, -1], high: [1, 1] })
 */
export function uniformBox({ low, high }: UniformBoxOptions): ClosedFormPrior {
  const where = 'priors.uniformBox'
  const from = readFloats(where, 'low', low)
  const size = from.length
  const to = readFloats(where, 'high', high, size)
  const width = to.map((value, i) => value - (from[i] as number))
  // Points are float32: ends that it cannot tell apart hold nothing between them.
  const empty = to.findIndex((value, i) => !(Math.fround(value) > Math.fround(from[i] as number)))
  if (empty >= 0) {
    const got = `[${from[empty]}, ${to[empty]}] in dimension ${empty}`
    throw refusal('range', where, { expected: 'low < high in float32', got, details: { dimension: empty } })
  }
  const logDensity = -width.reduce((total, value) => total + Math.log(value), 0)
  const row = (values: Float64Array) => tensor1d(Float32Array.from(values))
  return {
    size,
    config: { kind: 'uniformBox', low: [...from], high: [...to] },
    sample: (count, k) => tidy(() => add(mul(uniform(k, [count, size]), row(width)), row(from))),
    logProb: (z) => {
      assertShape(`${where}.logProb`, 'z', z, [null, size])
      return withInfiniteCodes(z, (finite) => {
        const inside = all(logicalAnd(greaterEqual(finite, row(from)), lessEqual(finite, row(to))), 1)
        return flatDensity(finite, inside, logDensity)
      })
    },
    kl: (q) => {
      assertDiagonalNormal(`${where}.kl`, q, size)
      return fill([q.mean.shape[0]], Number.POSITIVE_INFINITY)
    },
  }
}
