/** DDIM sampling, and DDPM's as its other end. @module */
import { assertNumber } from '@gen/backend'
import type { Level } from '../schedules/level.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/** Options of {@link ddim}. */
export interface DdimOptions extends SamplerOptions {
  /** 0 puts the predicted noise back in (deterministic), 1 is DDPM's ancestral sampling, between is between. @default 0 */
  eta?: number
}

/**
 * Denoising diffusion implicit sampling. From signal ratio α to the next one α′:
 *
 * `x′ = √α′ · x̂₀ + √(1 − α′ − σ²) · ε + σ · z` with `σ² = η² (1 − α′)/(1 − α) · (1 − α/α′)` and fresh noise z. The last step
 * returns x̂₀. Order 1, one call a step.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see Denoising diffusion implicit models (Song et al., 2020), eq. 12 and 16 https://arxiv.org/abs/2010.02502
 * @example
 * const images = await model.sample({ count: 16, sampler: ddim({ steps: 50 }), key: key(0) })
 */
export function ddim({ eta = 0, ...options }: DdimOptions = {}): Sampler {
  assertNumber('diffusion.ddim', 'eta', eta, { min: 0, max: 1 })
  return stepSampler('ddim', { ...options, eta }, ({ x, from, to, predict, noise }) => {
    const { eps, clean } = predict(x, from)
    if (to.noise === 0) return { x: clean, clean }
    const sigma = freshNoise(from, to, eta)
    const kept = sigma === 0 ? to.noise : Math.sqrt(Math.max(0, to.noise ** 2 - sigma ** 2))
    return { x: withNoise(weightedSum([to.signal, clean], [kept, eps]), sigma, noise), clean }
  })
}

/** The standard deviation σ of the fresh noise between two levels, DDIM's eq. 16. */
export function freshNoise(from: Level, to: Level, eta: number): number {
  return eta * (to.noise / from.noise) * Math.sqrt(1 - (from.signal / to.signal) ** 2)
}
