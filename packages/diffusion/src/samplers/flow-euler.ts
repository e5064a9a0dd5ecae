/** Euler's method in flow time. @module */
import type { Sampler, SamplerOptions } from './sampler.ts'
import { straightTo } from './straight.ts'
import { stepSampler } from './walk.ts'

/**
 * Euler's method for rectified flows: with τ = noise / (signal + noise) and u = (1 − τ) x₀ + τ ε, `u′ = u + (τ′ − τ) v` for the
 * velocity v = ε − x̂₀. These are the numbers of `ddim()`, for along a straight step all coordinates agree. Order 1, one call a step.
 *
 * @throws GenError `range` for fewer than 1 step.
 * @see Flow straight and fast (Liu et al., 2022) https://arxiv.org/abs/2209.03003
 * @see Flow matching for generative modeling (Lipman et al., 2022) https://arxiv.org/abs/2210.02747
 * @example
 * const images = await model.sample({ count: 16, sampler: flowEuler({ steps: 30 }), key: key(0) })
 */
export function flowEuler(options: SamplerOptions = {}): Sampler {
  return stepSampler('flowEuler', { ...options }, ({ x, from, to, predict }) => {
    const prediction = predict(x, from)
    return { x: straightTo(prediction, to), clean: prediction.clean }
  })
}
