/** Noise added to data that keep their scale. @module */
import { assertNumber } from '@gen/backend'
import { evenLogSnr } from './log-snr-linear.ts'
import type { NoiseSchedule } from './schedule.ts'

/** Options of {@link varianceExploding}. */
export interface VarianceExplodingOptions {
  /** σ at the clean end. @default 0.002 */
  sigmaMin?: number
  /** σ at the noise end. @default 80 */
  sigmaMax?: number
}

/**
 * The path `x₀ + σ ε` with σ in even ratios from `sigmaMin` to `sigmaMax`: `α(t) = 1/(1 + σ(t)²)`, `σ(t) = σmin (σmax/σmin)ᵗ`, for our state is that one
 * over √(1 + σ²). EDM draws σ by `logNormalTimes` and samples at its own spacing, so of this schedule it takes the ends.
 *
 * @throws GenError `range` unless 0.00102 ≤ sigmaMin < sigmaMax ≤ 500 000.
 * @see Score-based generative modeling through SDEs (Song et al., 2020), the variance exploding SDE https://arxiv.org/abs/2011.13456
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022) https://arxiv.org/abs/2206.00364
 * @example
 * varianceExploding({ sigmaMin: 0.01, sigmaMax: 100 }).alpha(0.5) // 0.5
 */
export function varianceExploding({ sigmaMin = 0.002, sigmaMax = 80 }: VarianceExplodingOptions = {}): NoiseSchedule {
  const where = 'diffusion.varianceExploding'
  assertNumber(where, 'sigmaMin', sigmaMin, { min: 0.00102 })
  assertNumber(where, 'sigmaMax', sigmaMax, { exclusiveMin: sigmaMin, max: 500_000 })
  const config = { kind: 'varianceExploding', sigmaMin, sigmaMax }
  return evenLogSnr(where, config, -2 * Math.log(sigmaMin), -2 * Math.log(sigmaMax))
}
