/** α that falls as a sigmoid. @module */
import { assertNumber } from '@gen/backend'
import { add, div, mul, sigmoid, sub } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'
import { assertWindow, type TimeWindow, windowRemedies } from './time-window.ts'

/** Options of {@link sigmoidSchedule}. */
export interface SigmoidScheduleOptions extends TimeWindow {
  /** The sigmoid's argument at the clean end. @default -3 */
  from?: number
  /** The sigmoid's argument at the noise end. @default 3 */
  to?: number
  /** Divides the argument: larger is closer to a straight line. @default 1 */
  temperature?: number
}

/**
 * `α(t) = (S(1) − S(u))/(S(1) − S(0))` with `S(u) = sigmoid((from + u (to − from))/temperature)` and `u = start + t (end − start)`: more time at
 * both ends than the cosine.
 *
 * @throws GenError `range` unless −20 ≤ from < to ≤ 20, 0.1 ≤ temperature ≤ 10 and 0 < start < end ≤ 1, and where float32 could not tell α from 0 or 1.
 * @see Scalable adaptive computation for iterative generation (Jabri et al., 2022) https://arxiv.org/abs/2212.11972
 * @see On the importance of noise scheduling for diffusion models (Chen, 2023) https://arxiv.org/abs/2301.10972
 * @example
 * sigmoidSchedule().alpha(0.5) // 0.5
 */
export function sigmoidSchedule({
  from = -3,
  to = 3,
  temperature = 1,
  start = 0.001,
  end = 0.999,
}: SigmoidScheduleOptions = {}): NoiseSchedule {
  const where = 'diffusion.sigmoidSchedule'
  assertNumber(where, 'from', from, { min: -20, max: 20 })
  assertNumber(where, 'to', to, { exclusiveMin: from, max: 20 })
  assertNumber(where, 'temperature', temperature, { min: 0.1, max: 10 })
  assertWindow(where, start, end)
  const S = (u: number) => 1 / (1 + Math.exp(-(from + u * (to - from)) / temperature))
  const [last, fall] = [S(1), S(1) - S(0)]
  const time = (t: number) => start + t * (end - start)
  const [offset, slope] = [(from + start * (to - from)) / temperature, ((end - start) * (to - from)) / temperature]
  return scheduleBy(
    where,
    { kind: 'sigmoid', from, to, temperature, start, end },
    {
      ofNumber: (t) => (last - S(time(t))) / fall,
      ofTensor: (t) => div(sub(last, sigmoid(add(mul(t, slope), offset))), fall),
      rounds: true,
    },
    windowRemedies,
  )
}
