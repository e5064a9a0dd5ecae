/** The linear multistep method in σ. @module */
import { assertInteger } from '@gen/backend'
import { sigmaOf } from '../schedules/level.ts'
import { karrasSpacing } from '../spacings/karras.ts'
import { integralWeights } from './interpolation.ts'
import { nodesOf, remember, weighted } from './multistep.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { alongSigma, straightTo } from './straight.ts'
import { stepSampler } from './walk.ts'

/** Options of samplers of several orders. */
export interface MultistepOptions extends SamplerOptions {
  /** Predictions that a step goes by: its own and those before it. */
  order?: number
}

/**
 * Adams–Bashforth for uneven steps of σ: the slope ε along the step is the polynomial of σ through the last `order` of them,
 * integrated exactly. The first steps have the orders 1, 2, …. Of `order` (4 by default), one call a step.
 * Steps are Karras's by default.
 *
 * @throws GenError `range` for fewer than 1 step, or an order outside 1 to 4.
 * @see k-diffusion (Crowson, 2022), sample_lms https://github.com/crowsonkb/k-diffusion
 * @example
 * const images = await model.sample({ count: 16, sampler: lms({ steps: 20 }), key: key(0) })
 */
export function lms({ order = 4, spacing = karrasSpacing(), ...options }: MultistepOptions = {}): Sampler {
  assertInteger('diffusion.lms', 'order', order, { min: 1, max: 4 })
  return stepSampler('lms', { ...options, spacing, order }, (stage) => {
    const { x, from, to, past, predict } = stage
    const { eps, clean } = predict(x, from)
    const remembered = remember(eps, past, order - 1)
    if (from.signal === 0) return { x: straightTo({ eps, clean }, to), clean, past: remembered }
    // A polynomial of σ reaches the clean end too, where one of log σ does not.
    const nodes = nodesOf({ ...stage, to: from }, order).map(sigmaOf)
    const length = sigmaOf(to) - sigmaOf(from)
    const weights = integralWeights(nodes, sigmaOf(from), sigmaOf(to)).map((weight) => weight / length)
    return { x: alongSigma(x, from, to, weighted(weights, [eps, ...past])), clean, past: remembered }
  })
}
