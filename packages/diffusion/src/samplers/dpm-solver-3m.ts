/** DPM-Solver++ of third order with one call a step. @module */
import { assertEta } from './ancestral.ts'
import type { DpmSolverOptions } from './dpm-solver-1s.ts'
import { cleanWeights, exponentialStep } from './exponential.ts'
import { nodesOf, remember, weighted } from './multistep.ts'
import type { Sampler } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/**
 * DPM-Solver++(3M): x̂₀ along the step is the parabola of λ = log(signal / noise) through this and the two before, integrated
 * exactly. The published code counts the parabola's square term half, which leaves order 2; this is the method that its
 * derivation leads to, of order 3 at η = 0. At η = 1 the stochastic form. The last step is of first order, and the first two are
 * of order 1 and 2. One call a step.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see DPM-Solver++ (Lu et al., 2022), section 4.2 https://arxiv.org/abs/2211.01095
 * @example
 * const images = await model.sample({ count: 16, sampler: dpmSolver3M({ steps: 20 }), key: key(0) })
 */
export function dpmSolver3M({ eta = 0, ...options }: DpmSolverOptions = {}): Sampler {
  assertEta('diffusion.dpmSolver3M', eta)
  return stepSampler('dpmSolver3M', { ...options, eta }, (stage) => {
    const { x, from, to, past, predict, noise } = stage
    const { clean } = predict(x, from)
    const { keep, fresh } = exponentialStep(from, to, eta)
    const weights = cleanWeights(nodesOf(stage, 3), from, to, eta)
    const mean = weightedSum([keep, x], ...weighted(weights, [clean, ...past]))
    return { x: withNoise(mean, fresh, noise), clean, past: remember(clean, past, 2) }
  })
}
