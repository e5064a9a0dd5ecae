/** The midpoint method in flow time. @module */
import { flowTimeOf, levelOfFlowTime } from '../schedules/level.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { alongFlow, straightTo, velocityOf } from './straight.ts'
import { stepSampler } from './walk.ts'

/**
 * The midpoint method for rectified flows: `u′ = u + (τ′ − τ) v_mid`, where v_mid is the velocity half way along Euler's step. The
 * last step is done so too. Order 2, two calls a step.
 *
 * @throws GenError `range` for fewer than 1 step.
 * @see Flow matching guide and code (Lipman et al., 2024) https://arxiv.org/abs/2412.06264
 * @example
 * const images = await model.sample({ count: 16, sampler: flowMidpoint({ steps: 15 }), key: key(0) })
 */
export function flowMidpoint(options: SamplerOptions = {}): Sampler {
  return stepSampler('flowMidpoint', { ...options }, ({ x, from, to, predict }) => {
    const first = predict(x, from)
    const middle = levelOfFlowTime((flowTimeOf(from) + flowTimeOf(to)) / 2)
    const velocity = velocityOf(predict(straightTo(first, middle), middle))
    return { x: alongFlow(x, from, to, [[1, velocity]]), clean: first.clean }
  })
}
