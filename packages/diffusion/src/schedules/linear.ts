/** DDPM's linear β in continuous time. @module */
import { assertNumber } from '@gen/backend'
import { add, exp, mul } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'

/** Options of {@link linear}. */
export interface LinearOptions {
  /** Noise per unit of time at the clean end. @default 0.1 */
  betaMin?: number
  /** Noise per unit of time at the noise end. @default 20 */
  betaMax?: number
  /** Time at which the clean end is put, for at 0 there would be no noise at all. @default 0.001 */
  start?: number
}

/**
 * DDPM's linear β in continuous time: `α(t) = exp(−(βmin s + (βmax − βmin) s² / 2))` with `s = start + t (1 − start)`.
 *
 * @throws GenError `range` unless 0 < betaMin ≤ betaMax and 0 < start < 1, and where float32 could not tell α from 0 or 1.
 * @see Denoising diffusion probabilistic models (Ho et al., 2020) https://arxiv.org/abs/2006.11239
 * @see Score-based generative modeling through SDEs (Song et al., 2020), the variance preserving SDE https://arxiv.org/abs/2011.13456
 * @example
 * linear().alpha(1) // 4.3e-5
 */
export function linear({ betaMin = 0.1, betaMax = 20, start = 0.001 }: LinearOptions = {}): NoiseSchedule {
  const where = 'diffusion.linear'
  assertNumber(where, 'betaMin', betaMin, { exclusiveMin: 0 })
  assertNumber(where, 'betaMax', betaMax, { min: betaMin, max: 100 })
  assertNumber(where, 'start', start, { exclusiveMin: 0, exclusiveMax: 1 })
  const half = (betaMax - betaMin) / 2
  return scheduleBy(
    where,
    { kind: 'linear', betaMin, betaMax, start },
    {
      ofNumber: (t) => {
        const s = start + t * (1 - start)
        return Math.exp(-s * (betaMin + half * s))
      },
      ofTensor: (t) => {
        const s = add(mul(t, 1 - start), start)
        return exp(mul(mul(s, -1), add(mul(s, half), betaMin)))
      },
    },
    { clean: 'raise start or betaMin', noise: 'lower betaMin + betaMax to 50' },
  )
}
