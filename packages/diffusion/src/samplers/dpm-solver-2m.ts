/** DPM-Solver++ of second order with one call a step. @module */
import { assertEta } from './ancestral.ts'
import type { DpmSolverOptions } from './dpm-solver-1s.ts'
import { exponentialStep, logStep } from './exponential.ts'
import { nodesOf } from './multistep.ts'
import type { Sampler } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/**
 * DPM-Solver++(2M): the step of first order with x̂₀ led on to the middle of the step, `x̂₀ + (x̂₀ − x̂₀ of the step before) / 2r`,
 * where r is the length of the step before in λ = log(signal / noise), in steps. At η = 1 SDE-DPM-Solver++(2M). The last step is
 * of first order, as is the first. Order 2 at η = 0, one call a step.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see DPM-Solver++ (Lu et al., 2022), algorithm 2 https://arxiv.org/abs/2211.01095
 * @example
 * const images = await model.sample({ count: 16, sampler: dpmSolver2M({ steps: 20 }), key: key(0) })
 */
export function dpmSolver2M({ eta = 0, ...options }: DpmSolverOptions = {}): Sampler {
  assertEta('diffusion.dpmSolver2M', eta)
  return stepSampler('dpmSolver2M', { ...options, eta }, (stage) => {
    const { x, from, to, past, predict, noise } = stage
    const { clean } = predict(x, from)
    const [, before] = nodesOf(stage, 2)
    const lead = before ? logStep(from, to) / (2 * logStep(before, from)) : 0
    const { keep, gain, fresh } = exponentialStep(from, to, eta)
    const mean = weightedSum([keep, x], [gain * (1 + lead), clean], [-gain * lead, past[0] ?? clean])
    return { x: withNoise(mean, fresh, noise), clean, past: [clean] }
  })
}
