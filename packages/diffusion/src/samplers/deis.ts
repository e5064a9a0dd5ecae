/** DEIS: an exponential integrator of the predicted noise. @module */
import { assertInteger } from '@gen/backend'
import { noiseWeights } from './exponential.ts'
import type { MultistepOptions } from './lms.ts'
import { nodesOf, remember, weighted } from './multistep.ts'
import type { Sampler } from './sampler.ts'
import { straightTo } from './straight.ts'
import { stepSampler } from './walk.ts'
import { weightedSum } from './weighted-sum.ts'

/**
 * Diffusion exponential integrator sampler, ρAB-DEIS with polynomials of log ρ for ρ = σ = noise / signal: ε along the step is
 * the polynomial of log σ through the last `order` of them, and `x′ = s′ (x / s + ∫ ε dσ)` exactly. The last step is of first
 * order, and the first ones have the orders 1, 2, …. Of `order` (3 by default), one call a step.
 *
 * @throws GenError `range` for fewer than 1 step, or an order outside 1 to 4.
 * @see Fast sampling of diffusion models with exponential integrator (Zhang and Chen, 2022) https://arxiv.org/abs/2204.13902
 * @example
 * const images = await model.sample({ count: 16, sampler: deis({ steps: 10 }), key: key(0) })
 */
export function deis({ order = 3, ...options }: MultistepOptions = {}): Sampler {
  assertInteger('diffusion.deis', 'order', order, { min: 1, max: 4 })
  return stepSampler('deis', { ...options, order }, (stage) => {
    const { x, from, to, past, predict } = stage
    const { eps, clean } = predict(x, from)
    const remembered = remember(eps, past, order - 1)
    const nodes = nodesOf(stage, order)
    if (nodes.length === 1) return { x: straightTo({ eps, clean }, to), clean, past: remembered }
    const weights = noiseWeights(nodes, from, to)
    const kept = to.signal / from.signal
    return { x: weightedSum([kept, x], ...weighted(weights, [eps, ...past])), clean, past: remembered }
  })
}
