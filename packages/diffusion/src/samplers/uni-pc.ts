/** UniPC: a multistep predictor, and a corrector that costs no call. @module */
import { assertInteger } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Level } from '../schedules/level.ts'
import { cleanWeights, exponentialStep, logStep } from './exponential.ts'
import type { MultistepOptions } from './lms.ts'
import { nodesOf, remember, type StepPlace, stepBefore, weighted } from './multistep.ts'
import type { Sampler } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum } from './weighted-sum.ts'

/**
 * UniPC with B(h) = e^h − 1 and x̂₀: the predictor UniP-p goes to the next level, where the network is asked once; the corrector
 * UniC-p does the step again with that answer too, from which the next step begins. The last step is of first order, and the first
 * ones have the orders 1, 2, …. Of order `order` + 1 (2 by default, 3 with the corrector), one call a step.
 *
 * @throws GenError `range` for fewer than 1 step, or an order outside 1 to 3.
 * @see UniPC (Zhao et al., 2023), algorithms 1 and 2 https://arxiv.org/abs/2302.04867
 * @example
 * const images = await model.sample({ count: 16, sampler: uniPc({ steps: 10 }), key: key(0) })
 */
export function uniPc({ order = 2, ...options }: MultistepOptions = {}): Sampler {
  assertInteger('diffusion.uniPc', 'order', order, { min: 1, max: 3 })
  return stepSampler('uniPc', { ...options, order }, (stage) => {
    const { x: reached, from, to, past, predict } = stage
    const { clean } = predict(reached, from)
    const [begin, ...seen] = past
    const x = begin ? correct(stepBefore(stage), order, begin, [clean, ...seen]) : reached
    const weights = predictorWeights(nodesOf(stage, order), from, to)
    const next = weightedSum([exponentialStep(from, to).keep, x], ...weighted(weights, [clean, ...seen]))
    return { x: next, clean, past: [x, ...remember(clean, seen, order)] }
  })
}

/** UniP: of second order with half the difference of x̂₀, as published; else by interpolation. */
function predictorWeights(nodes: readonly Level[], from: Level, to: Level): number[] {
  if (nodes.length !== 2) return cleanWeights(nodes, from, to)
  const { gain } = exponentialStep(from, to)
  const lead = logStep(from, to) / (2 * logStep(nodes[1]!, from))
  return [gain * (1 + lead), -gain * lead]
}

/** UniC: the step before once more, from where it began, with what was then seen at its end before all others. */
function correct(step: StepPlace, order: number, begin: Tensor, cleans: readonly Tensor[]): Tensor {
  const { from, to } = step
  const nodes = nodesOf(step, order)
  const { keep, gain } = exponentialStep(from, to)
  const weights = nodes.length === 1 ? [gain / 2, gain / 2] : cleanWeights([to, ...nodes], from, to)
  return weightedSum([keep, begin], ...weighted(weights, cleans))
}
