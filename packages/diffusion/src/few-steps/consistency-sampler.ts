/** Sampling of consistency models. @module */
import type { Sampler, SamplerOptions } from '../samplers/sampler.ts'
import { stepSampler } from '../samplers/walk.ts'
import { weightedSum } from '../samplers/weighted-sum.ts'
import { trailingSpacing } from '../spacings/trailing.ts'

/**
 * Sampling of a model whose x̂₀ is a consistency function: x̂₀ at once, then with fresh noise to the next level and again,
 * `x′ = s′ x̂₀ + n′ z`. A model that predicts the mean of the data instead gives samples that are too near to it.
 *
 * @param options - `spacing` is `trailingSpacing()` by default.
 * @throws GenError `value` or `range` for fewer than 1 step.
 * @see Consistency models (Song et al., 2023), algorithm 1 https://arxiv.org/abs/2303.01469
 * @example
 * const points = await model.sample({ count: 4, sampler: consistencySampler({ steps: 2 }), key: key(0) })
 */
export function consistencySampler({ steps = 1, spacing = trailingSpacing() }: SamplerOptions = {}): Sampler {
  return stepSampler('consistencySampler', { steps, spacing }, ({ x, from, to, predict, noise }) => {
    const { clean } = predict(x, from)
    return { x: to.noise === 0 ? clean : weightedSum([to.signal, clean], [to.noise, noise()]), clean }
  })
}
