/** A schedule with more noise at every time. @module */
import { assertNumber } from '@gen/backend'
import { add, div, mul, sub, type Tensor } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, type ScheduleConfig, scheduleBy } from './schedule.ts'

/** Options of {@link shifted}. */
export interface ShiftedOptions {
  /** By how much σ = noise/signal grows at every time; below 1 it shrinks. */
  shift: number
}

/**
 * Multiplies σ = noise/signal by `shift` at every time, so log-SNR falls by `2 log shift`: `α′ = α/(α + shift² (1 − α))`. Large images tell their content
 * from more noise than small ones, for neighboring pixels say the same: a schedule that suits a side of 64 suits one of 256 with `shift: 4`. On the
 * straight path it is the timestep shift of Stable Diffusion 3, `τ′ = shift τ/(1 + (shift − 1) τ)`.
 *
 * @throws GenError `range` unless 0.001 ≤ shift ≤ 1000, and where float32 could not tell α from 0 or 1.
 * @see Simple diffusion: end-to-end diffusion for high resolution images (Hoogeboom et al., 2023), section 3.1 https://arxiv.org/abs/2301.11093
 * @see Scaling rectified flow transformers for high-resolution image synthesis (Esser et al., 2024), eq. 23 https://arxiv.org/abs/2403.03206
 * @example
 * shifted(varianceExploding({ sigmaMin: 0.01, sigmaMax: 100 }), { shift: 3 }).alpha(0.5) // 0.1
 */
export function shifted(schedule: NoiseSchedule, { shift }: ShiftedOptions): NoiseSchedule {
  const where = 'diffusion.shifted'
  assertNumber(where, 'shift', shift, { min: 0.001, max: 1000 })
  const square = shift ** 2
  const config: ScheduleConfig = { kind: 'shifted', schedule: schedule.config, shift }
  return scheduleBy(
    where,
    config,
    {
      ofNumber: (t) => {
        const alpha = schedule.alpha(t)
        return alpha / (alpha + square * (1 - alpha))
      },
      ofTensor: (t) => {
        const alpha: Tensor = schedule.alpha(t)
        return div(alpha, add(alpha, mul(sub(1, alpha), square)))
      },
      rounds: true,
    },
    { clean: 'raise shift, or the schedule’s noise at its clean end', noise: 'lower shift' },
  )
}
