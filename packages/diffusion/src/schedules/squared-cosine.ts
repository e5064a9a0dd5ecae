/** Nichol and Dhariwal's cosine with its offset. @module */
import { assertNumber } from '@gen/backend'
import { add, cos, div, mul, square } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'
import { assertWindow, type TimeWindow, windowRemedies } from './time-window.ts'

/** Options of {@link squaredCosine}. */
export interface SquaredCosineOptions extends TimeWindow {
  /** The paper's s: how far the angle is from 0 at the clean end. @default 0.008 */
  offset?: number
}

/**
 * `α(t) = f(u)/f(0)` with `f(u) = cos²((u + s)/(1 + s) · π/2)` and `u = start + t (end − start)`: the paper's cosine schedule, whose
 * steps near the clean end are not too small. Keras' version, with rates at both ends, is {@link cosine}; the thousand steps of the
 * paper are `discreteSchedule({ betas: 'squaredCosine' })`.
 *
 * @throws GenError `range` unless 0 ≤ offset ≤ 1 and 0 < start < end ≤ 1, and where float32 could not tell α from 0 or 1.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021), eq. 17 https://arxiv.org/abs/2102.09672
 * @example
 * squaredCosine().alpha(0.5) // 0.494
 */
export function squaredCosine({
  offset = 0.008,
  start = 0.001,
  end = 0.999,
}: SquaredCosineOptions = {}): NoiseSchedule {
  const where = 'diffusion.squaredCosine'
  assertNumber(where, 'offset', offset, { min: 0, max: 1 })
  assertWindow(where, start, end)
  const angle = (time: number) => (((time + offset) / (1 + offset)) * Math.PI) / 2
  const [from, turn] = [angle(start), angle(end) - angle(start)]
  const whole = Math.cos(angle(0)) ** 2
  return scheduleBy(
    where,
    { kind: 'squaredCosine', offset, start, end },
    {
      ofNumber: (t) => Math.cos(from + t * turn) ** 2 / whole,
      ofTensor: (t) => div(square(cos(add(mul(t, turn), from))), whole),
      rounds: true,
    },
    windowRemedies,
  )
}
