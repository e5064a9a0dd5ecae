/** β whose root is linear, in continuous time. @module */
import { assertNumber } from '@gen/backend'
import { add, exp, mul, neg } from '@tensorflow/tfjs-core'
import type { LinearOptions } from './linear.ts'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'

/**
 * Stable Diffusion's β, whose root is linear, in continuous time: `β(s) = (√βmin + s (√βmax − √βmin))²` and
 * `α(t) = exp(−∫₀ˢ β)` with `s = start + t (1 − start)`. Compared with {@link linear} it keeps the signal longer. By default βmin is 0.85
 * and βmax 12, a thousand times the β of the thousand steps there.
 *
 * @throws GenError `range` unless 0 < betaMin ≤ betaMax and 0 < start < 1, and where float32 could not tell α from 0 or 1.
 * @see High-resolution image synthesis with latent diffusion models (Rombach et al., 2022) https://arxiv.org/abs/2112.10752
 * @example
 * scaledLinear().alpha(1) // 0.0048
 */
export function scaledLinear({ betaMin = 0.85, betaMax = 12, start = 0.001 }: LinearOptions = {}): NoiseSchedule {
  const where = 'diffusion.scaledLinear'
  assertNumber(where, 'betaMin', betaMin, { exclusiveMin: 0 })
  assertNumber(where, 'betaMax', betaMax, { min: betaMin, max: 100 })
  assertNumber(where, 'start', start, { exclusiveMin: 0, exclusiveMax: 1 })
  const from = Math.sqrt(betaMin)
  const rise = Math.sqrt(betaMax) - from
  // ∫₀ˢ (a + b u)² du = s (a² + s (a b + s b²/3)).
  const [first, second, third] = [from ** 2, from * rise, rise ** 2 / 3]
  return scheduleBy(
    where,
    { kind: 'scaledLinear', betaMin, betaMax, start },
    {
      ofNumber: (t) => {
        const s = start + t * (1 - start)
        return Math.exp(-s * (first + s * (second + s * third)))
      },
      ofTensor: (t) => {
        const s = add(mul(t, 1 - start), start)
        return exp(neg(mul(s, add(mul(s, add(mul(s, third), second)), first))))
      },
      rounds: true,
    },
    { clean: 'raise start or betaMin', noise: 'lower betaMin and betaMax to 25' },
  )
}
