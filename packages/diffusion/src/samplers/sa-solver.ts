/** SA-Solver: stochastic Adams methods. @module */
import { assertInteger } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { assertEta } from './ancestral.ts'
import { cleanWeights, exponentialStep } from './exponential.ts'
import type { MultistepOptions } from './lms.ts'
import { nodesOf, remember, type StepPlace, stepBefore, weighted } from './multistep.ts'
import type { Sampler } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/** Options of {@link saSolver}. */
export interface SaSolverOptions extends MultistepOptions {
  /** How stochastic it is, τ² of the paper: 0 is the deterministic path, 1 the reverse process of DDPM. @default 1 */
  eta?: number
}

/**
 * Stochastic Adams solver: x̂₀ along the step is the polynomial of λ = log(signal / noise) through the last `order` of them,
 * integrated exactly against the reverse process with τ² = η. The predictor (Adams–Bashforth) goes to the next level, where the
 * network is asked once; the corrector (Adams–Moulton) does the step again with that answer and the same noise. The last step is
 * of first order. Of order `order` + 1 at η = 0 (2 + 1 by default), one call a step.
 *
 * @throws GenError `range` for fewer than 1 step, an η outside [0, 1], or an order outside 1 to 3.
 * @see SA-Solver (Xue et al., 2023), algorithm 1 https://arxiv.org/abs/2309.05019
 * @example
 * const images = await model.sample({ count: 16, sampler: saSolver({ steps: 20 }), key: key(0) })
 */
export function saSolver({ eta = 1, order = 2, ...options }: SaSolverOptions = {}): Sampler {
  const where = 'diffusion.saSolver'
  assertEta(where, eta)
  assertInteger(where, 'order', order, { min: 1, max: 3 })
  return stepSampler('saSolver', { ...options, eta, order }, (stage) => {
    const { x: reached, from, past, predict, noise } = stage
    const { clean } = predict(reached, from)
    const [begin, drawn, ...seen] = past
    let x = reached
    // From where no signal is the step has no length to interpolate along.
    if (begin && drawn && stepBefore(stage).from.signal > 0) {
      const before = stepBefore(stage)
      x = adamsStep(before, [from, ...nodesOf(before, order)], eta, begin, [clean, ...seen], () => drawn)
    }
    let z = x
    const next = adamsStep(stage, nodesOf(stage, order), eta, x, [clean, ...seen], () => {
      z = noise()
      return z
    })
    return { x: next, clean, past: [x, z, ...remember(clean, seen, order)] }
  })
}

/** One step with x̂₀ at the nodes; z is asked for only where it counts. */
function adamsStep(
  { from, to }: StepPlace,
  nodes: Parameters<typeof cleanWeights>[0],
  eta: number,
  x: Tensor,
  cleans: readonly Tensor[],
  noise: () => Tensor,
): Tensor {
  const { keep, fresh } = exponentialStep(from, to, eta)
  const weights = cleanWeights(nodes, from, to, eta)
  return withNoise(weightedSum([keep, x], ...weighted(weights, cleans)), fresh, noise)
}
