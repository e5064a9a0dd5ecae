/** KL divergence of an encoder's distributions to a prior. @module */
import { assertDiagonalNormal, assertInteger, assertKey, fold, type Key, withoutGradient } from '@gen/backend'
import type { DiagonalNormal, Distribution } from '@gen/model'
import {
  abs,
  add,
  div,
  isInf,
  mul,
  where as select,
  sqrt,
  square,
  sub,
  type Tensor1D,
  tidy,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { logProbOf, sampleFrom } from '../posteriors/posterior.ts'

/** Options of {@link kl}. */
export interface KlOptions {
  /** Of the draws, where there is no closed form. */
  key: Key
  /** Draws for each row. @default 1 */
  samples?: number
}

/** An estimate for each row. */
export interface KlEstimate {
  /** KL(q ‖ p) in nats, `[batch]`. */
  readonly value: Tensor1D
  /** Standard error of the value, `[batch]`; `null` where the value is exact, or comes from one draw. */
  readonly standardError: Tensor1D | null
}

/**
 * KL(q ‖ p) of each row in nats: the prior's closed form where it has one, else the Monte Carlo mean of
 * `log q(z) − log p(z)` over reparameterized draws z ~ q, which is unbiased and differentiable, and may be negative; ∞
 * where a draw falls outside of the prior.
 *
 * @throws GenError `shape` for a q of another size than the prior's; `value` or `range` for samples below 1.
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013) https://arxiv.org/abs/1312.6114
 * @example
 * const { value, standardError } = kl(q, mixture, { key: key(0), samples: 16 })
 */
export function kl(q: DiagonalNormal, prior: Distribution, { key, samples = 1 }: KlOptions): KlEstimate {
  const where = 'priors.kl'
  assertDiagonalNormal(where, q, prior.size)
  assertInteger(where, 'samples', samples, { min: 1 })
  assertKey(where, 'key', key)
  if (prior.kl) return { value: prior.kl(q), standardError: null }
  const estimate = tidy(() => monteCarlo(q, prior, key, samples))
  return { value: estimate.value, standardError: estimate.standardError ?? null }
}

/** Mean and standard error by Welford's recurrence: Σ x² − n·mean² would lose float32's digits. */
function monteCarlo(q: DiagonalNormal, prior: Distribution, key: Key, samples: number) {
  let value: Tensor1D = zeros([q.mean.shape[0]])
  let squares: Tensor1D = zeros([q.mean.shape[0]])
  let infinities: Tensor1D = zeros([q.mean.shape[0]])
  for (let i = 0; i < samples; i++) {
    const z = sampleFrom(q, fold(key, i))
    const draw = sub(logProbOf(q, z), prior.logProb(z))
    // A draw outside of the prior is worth ∞, and ∞ − ∞ would be NaN: it is counted apart, and adds nothing here.
    const infinite = withoutGradient(() => isInf(draw))
    infinities = add(infinities, select(infinite, draw, zerosLike(draw)))
    const difference = sub(select(infinite, value, draw), value)
    value = add(value, div(difference, i + 1))
    squares = add(squares, mul(square(difference), i / (i + 1)))
  }
  value = add(value, infinities)
  if (samples === 1) return { value }
  const error: Tensor1D = sqrt(div(squares, samples * (samples - 1)))
  const standardError: Tensor1D = add(error, abs(infinities))
  return { value, standardError }
}
