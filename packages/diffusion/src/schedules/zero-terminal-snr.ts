/** A schedule that ends in noise alone. @module */
import { mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { type NoiseSchedule, scheduleBy } from './schedule.ts'

/**
 * Rescales a schedule so that it ends without signal, as sampling begins: `√α′(t) = (√α(t) − √α(1)) · √α(0)/(√α(0) − √α(1))`. Without it a model learns that some of
 * the picture, such as its mean, shows at the noise end, where sampling has none. For predictions other than ε.
 *
 * @throws GenError `range` where float32 could not tell α from 1.
 * @see Common diffusion noise schedules and sample steps are flawed (Lin et al., 2023) https://arxiv.org/abs/2305.08891
 * @example
 * zeroTerminalSnr(cosine()).alpha(1) // 0
 */
export function zeroTerminalSnr(schedule: NoiseSchedule): NoiseSchedule {
  const [first, last] = [Math.sqrt(schedule.alpha(0)), Math.sqrt(schedule.alpha(1))]
  const scale = first / (first - last)
  return scheduleBy(
    'diffusion.zeroTerminalSnr',
    { kind: 'zeroTerminalSnr', schedule: schedule.config },
    {
      ofNumber: (t) => ((Math.sqrt(schedule.alpha(t)) - last) * scale) ** 2,
      ofTensor: (t) => square(mul(sub(sqrt<Tensor>(schedule.alpha(t)), last), scale)),
      rounds: true,
    },
    { clean: 'leave more noise at the schedule’s clean end', noise: 'pass another schedule' },
  )
}
