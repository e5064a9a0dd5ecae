/** Euler's method in σ. @module */
import type { Sampler, SamplerOptions } from './sampler.ts'
import { straightTo } from './straight.ts'
import { stepSampler } from './walk.ts'

/**
 * Euler's method: with y = x / signal, whose slope by σ = noise / signal is ε, `y′ = y + (σ′ − σ) ε`. These are the numbers of
 * `ddim()`, for along a straight step all coordinates agree. Order 1, one call a step.
 *
 * @throws GenError `range` for fewer than 1 step.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022) https://arxiv.org/abs/2206.00364
 * @example
 * const images = await model.sample({ count: 16, sampler: euler({ spacing: karrasSpacing() }), key: key(0) })
 */
export function euler(options: SamplerOptions = {}): Sampler {
  return stepSampler('euler', { ...options }, ({ x, from, to, predict }) => {
    const prediction = predict(x, from)
    return { x: straightTo(prediction, to), clean: prediction.clean }
  })
}
