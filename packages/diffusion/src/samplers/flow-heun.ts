/** Heun's method in flow time. @module */
import type { Sampler, SamplerOptions } from './sampler.ts'
import { alongFlow, straightTo, velocityOf } from './straight.ts'
import { stepSampler } from './walk.ts'

/**
 * Heun's method for rectified flows: `u′ = u + (τ′ − τ) (v + v′) / 2`, where v′ is the velocity at the end of Euler's step. The last
 * step is Euler's. Order 2; two calls a step, one less in all.
 *
 * @throws GenError `range` for fewer than 1 step.
 * @see Flow straight and fast (Liu et al., 2022) https://arxiv.org/abs/2209.03003
 * @example
 * const images = await model.sample({ count: 16, sampler: flowHeun({ steps: 15 }), key: key(0) })
 */
export function flowHeun(options: SamplerOptions = {}): Sampler {
  return stepSampler('flowHeun', { ...options }, ({ x, from, to, predict }) => {
    const first = predict(x, from)
    const guess = straightTo(first, to)
    if (to.noise === 0) return { x: guess, clean: first.clean }
    const slopes = [
      [1 / 2, velocityOf(first)],
      [1 / 2, velocityOf(predict(guess, to))],
    ] as const
    return { x: alongFlow(x, from, to, slopes), clean: first.clean }
  })
}
