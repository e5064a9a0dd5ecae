/** The angle between signal and noise turns evenly. @module */
import { assertNumber } from '@gen/backend'
import { add, cos, mul, square } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'

/** Options of {@link cosine}. */
export interface CosineOptions {
  /** √α at the clean end. @default 0.95 */
  maxSignalRate?: number
  /** √α at the noise end: too low oversaturates, too high leaves the start no pure noise. @default 0.02 */
  minSignalRate?: number
}

/**
 * The angle of signal against noise turns evenly: `α(t) = cos²(θ₀ + t (θ₁ − θ₀))` with `θ₀ = acos(maxSignalRate)` and
 * `θ₁ = acos(minSignalRate)`.
 *
 * @throws GenError `range` unless 0 < minSignalRate < maxSignalRate < 1, and where float32 could not tell α from 0 or 1.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021) https://arxiv.org/abs/2102.09672
 * @see Denoising diffusion implicit models (Béres, 2022) https://keras.io/examples/generative/ddim/
 * @example
 * cosine().alpha(0) // 0.9025
 */
export function cosine({ maxSignalRate = 0.95, minSignalRate = 0.02 }: CosineOptions = {}): NoiseSchedule {
  const where = 'diffusion.cosine'
  assertNumber(where, 'maxSignalRate', maxSignalRate, { exclusiveMin: 0, exclusiveMax: 1 })
  assertNumber(where, 'minSignalRate', minSignalRate, { exclusiveMin: 0, exclusiveMax: maxSignalRate })
  const from = Math.acos(maxSignalRate)
  const turn = Math.acos(minSignalRate) - from
  return scheduleBy(
    where,
    { kind: 'cosine', maxSignalRate, minSignalRate },
    {
      ofNumber: (t) => Math.cos(from + t * turn) ** 2,
      ofTensor: (t) => square(cos(add(mul(t, turn), from))),
    },
    { clean: 'lower maxSignalRate to 0.9999', noise: 'raise minSignalRate to 0.0001' },
  )
}
