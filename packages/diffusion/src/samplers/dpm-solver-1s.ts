/** DPM-Solver++ of first order. @module */
import { assertEta } from './ancestral.ts'
import { exponentialStep } from './exponential.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/** Options of the samplers of DPM-Solver++. */
export interface DpmSolverOptions extends SamplerOptions {
  /** 0 is the deterministic path, 1 the stochastic form (SDE-DPM-Solver++), between is between. @default 0 */
  eta?: number
}

/**
 * DPM-Solver++(1S): exact while x̂₀ stays the same along the step h of λ = log(signal / noise),
 *
 * `x′ = (n′/n) e^(−ηh) x + s′ (1 − e^(−(1 + η) h)) x̂₀ + n′ √(1 − e^(−2ηh)) z`. These are the numbers of `ddim()` at η = 0, and of
 * `ddim({ eta: 1 })` at η = 1. Order 1, one call a step.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see DPM-Solver++ (Lu et al., 2022), section 4 and appendix A https://arxiv.org/abs/2211.01095
 * @example
 * const images = await model.sample({ count: 16, sampler: dpmSolver1S({ eta: 1 }), key: key(0) })
 */
export function dpmSolver1S({ eta = 0, ...options }: DpmSolverOptions = {}): Sampler {
  assertEta('diffusion.dpmSolver1S', eta)
  return stepSampler('dpmSolver1S', { ...options, eta }, ({ x, from, to, predict, noise }) => {
    const { clean } = predict(x, from)
    const { keep, gain, fresh } = exponentialStep(from, to, eta)
    return { x: withNoise(weightedSum([keep, x], [gain, clean]), fresh, noise), clean }
  })
}
