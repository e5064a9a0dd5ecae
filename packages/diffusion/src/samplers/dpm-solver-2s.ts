/** DPM-Solver++ of second order in a single step. @module */
import { assertEta } from './ancestral.ts'
import type { DpmSolverOptions } from './dpm-solver-1s.ts'
import { exponentialStep, levelBetween, logStep } from './exponential.ts'
import type { Sampler } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/**
 * DPM-Solver++(2S): a step of first order to the middle of λ = log(signal / noise), and the whole step with x̂₀ from there. At
 * η = 1 SDE-DPM-Solver++(2S), which draws noise twice a step. The last step is of first order, as is one from where no signal
 * is. Order 2 at η = 0; two calls a step, one less in all.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see DPM-Solver++ (Lu et al., 2022), algorithm 1 https://arxiv.org/abs/2211.01095
 * @example
 * const images = await model.sample({ count: 16, sampler: dpmSolver2S({ steps: 10 }), key: key(0) })
 */
export function dpmSolver2S({ eta = 0, ...options }: DpmSolverOptions = {}): Sampler {
  assertEta('diffusion.dpmSolver2S', eta)
  return stepSampler('dpmSolver2S', { ...options, eta }, ({ x, from, to, predict, noise }) => {
    const { clean } = predict(x, from)
    let best = clean
    if (Number.isFinite(logStep(from, to))) {
      const middle = levelBetween(from, to, 1 / 2)
      const half = exponentialStep(from, middle, eta)
      const there = weightedSum([half.keep, x], [half.gain, clean])
      best = predict(
        withNoise(there, half.fresh, () => noise(from, middle)),
        middle,
      ).clean
    }
    const { keep, gain, fresh } = exponentialStep(from, to, eta)
    return { x: withNoise(weightedSum([keep, x], [gain, best]), fresh, noise), clean }
  })
}
