/** EDM's stochastic sampler. @module */
import { assertNumber } from '@gen/backend'
import { levelOfSigma, sigmaOf } from '../schedules/level.ts'
import { karrasSpacing } from '../spacings/karras.ts'
import { heunStep } from './heun.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum } from './weighted-sum.ts'

/** Options of {@link edmHeun}; σ is noise / signal, for data of unit variance. */
export interface EdmHeunOptions extends SamplerOptions {
  /**
   * S_churn, shared among all steps: fresh noise raises σ by `churn / steps`, at most by √2 − 1. Published were 40 for 256 steps.
   *
   * @default 5
   */
  churn?: number
  /** S_tmin: no fresh noise below this σ. @default 0.05 */
  churnMin?: number
  /** S_tmax: no fresh noise above this σ. @default 50 */
  churnMax?: number
  /** S_noise: deviation of the fresh noise, a little above 1 against what denoising smooths away. @default 1.003 */
  churnNoise?: number
}

/**
 * EDM's stochastic sampler: before each step fresh noise raises σ to `σ̂ = σ + γ σ`, `ŷ = y + √(σ̂² − σ²) S_noise z`, from where
 * a step of Heun's method leads to the next level. `churn: 0` is `heun()`. Two calls a step, one less in all. Steps are Karras's by default.
 *
 * @throws GenError `range` for fewer than 1 step, or negative numbers.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), algorithm 2 and table 5 https://arxiv.org/abs/2206.00364
 * @example
 * const images = await model.sample({ count: 16, sampler: edmHeun({ steps: 32, churn: 10 }), key: key(0) })
 */
export function edmHeun(options: EdmHeunOptions = {}): Sampler {
  const { churn = 5, churnMin = 0.05, churnMax = 50, churnNoise = 1.003, spacing = karrasSpacing(), ...rest } = options
  const own = { churn, churnMin, churnMax, churnNoise }
  for (const [name, value] of Object.entries(own)) {
    assertNumber('diffusion.edmHeun', name, value, { min: 0, exclusiveMax: Number.POSITIVE_INFINITY })
  }
  return stepSampler('edmHeun', { ...rest, spacing, ...own }, ({ x, levels, from, to, predict, noise }) => {
    const sigma = sigmaOf(from)
    const gamma = Math.min(churn / (levels.length - 1), Math.SQRT2 - 1)
    if (gamma === 0 || sigma < churnMin || sigma > churnMax) return heunStep(predict, x, from, to)
    const raised = levelOfSigma(sigma * (1 + gamma))
    const fresh = raised.signal * churnNoise * sigma * Math.sqrt(gamma * (2 + gamma))
    const noisier = weightedSum([raised.signal / from.signal, x], [fresh, noise()])
    return heunStep(predict, noisier, raised, to)
  })
}
