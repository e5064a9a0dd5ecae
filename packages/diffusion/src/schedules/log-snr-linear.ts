/** The logarithm of the signal-to-noise ratio falls evenly. @module */
import { assertNumber } from '@gen/backend'
import { add, mul, sigmoid } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'

/** Options of {@link logSnrLinear}. */
export interface LogSnrLinearOptions {
  /** log(α/(1 − α)) at the clean end. @default 13.3 */
  max?: number
  /** log(α/(1 − α)) at the noise end. @default -5 */
  min?: number
}

/**
 * `α(t) = sigmoid(max + t (min − max))`: where variational diffusion models start, and the same curve in the same time as
 * {@link varianceExploding}.
 *
 * @throws GenError `range` unless −27 ≤ min < max ≤ 13.8.
 * @see Variational diffusion models (Kingma et al., 2021) https://arxiv.org/abs/2107.00630
 * @example
 * logSnrLinear({ max: 4, min: -4 }).alpha(0.5) // 0.5
 */
export function logSnrLinear({ max = 13.3, min = -5 }: LogSnrLinearOptions = {}): NoiseSchedule {
  const where = 'diffusion.logSnrLinear'
  assertNumber(where, 'max', max, { max: 13.8 })
  assertNumber(where, 'min', min, { min: -27, exclusiveMax: max })
  return evenLogSnr(where, { kind: 'logSnrLinear', max, min }, max, min)
}

/** `sigmoid(max + t (min − max))`, under any name. */
export function evenLogSnr(where: string, config: NoiseSchedule['config'], max: number, min: number): NoiseSchedule {
  const fall = min - max
  return scheduleBy(
    where,
    config,
    {
      ofNumber: (t) => 1 / (1 + Math.exp(-(max + t * fall))),
      ofTensor: (t) => sigmoid(add(mul(t, fall), max)),
      rounds: true,
    },
    { clean: 'leave more noise at the clean end', noise: 'leave more signal at the noise end' },
  )
}
