/** The straight path from data to noise. @module */
import { add, div, mul, square, sub } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'
import { assertWindow, type TimeWindow } from './time-window.ts'

/**
 * The straight path `(1 − τ) x₀ + τ ε` of flow matching, with `τ = start + t (end − start)`: signal : noise = (1 − τ) : τ, so
 * `α(t) = (1 − τ)²/((1 − τ)² + τ²)`, for our state is that one over its deviation. By default it ends at τ = 1, without signal, which predicts noise no more:
 * `flowPrediction()`, `velocityPrediction()` and `dataPrediction()` go with it, `noisePrediction()` with `end: 0.999`.
 *
 * @throws GenError `range` unless 0 < start < end ≤ 1, and where float32 could not tell α from 1.
 * @see Flow straight and fast: learning to generate and transfer data with rectified flow (Liu et al., 2022) https://arxiv.org/abs/2209.03003
 * @see Flow matching for generative modeling (Lipman et al., 2022) https://arxiv.org/abs/2210.02747
 * @example
 * rectifiedFlow().alpha(1) // 0
 */
export function rectifiedFlow({ start = 0.001, end = 1 }: TimeWindow = {}): NoiseSchedule {
  const where = 'diffusion.rectifiedFlow'
  assertWindow(where, start, end)
  const slope = end - start
  return scheduleBy(
    where,
    { kind: 'rectifiedFlow', start, end },
    {
      ofNumber: (t) => {
        // At t = 1 the end itself, without the rounding of start + (end − start).
        const tau = t === 1 ? end : start + t * slope
        return (1 - tau) ** 2 / ((1 - tau) ** 2 + tau ** 2)
      },
      ofTensor: (t) => {
        const tau = add(mul(t, slope), start)
        const signal = square(sub(1, tau))
        return div(signal, add(signal, square(tau)))
      },
      rounds: true,
    },
    { clean: 'raise start to 0.001', noise: 'lower end to 0.999, or set it to 1' },
  )
}
