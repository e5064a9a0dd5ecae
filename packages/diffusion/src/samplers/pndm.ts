/** Pseudo numerical methods for diffusion models. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import { remember, weighted } from './multistep.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { alongSigma, straightTo, type Weighted } from './straight.ts'
import { middleInTime } from './time-between.ts'
import { type Stage, stepSampler } from './walk.ts'

/** Adams–Bashforth's weights for even steps of time. */
const multistep = [55 / 24, -59 / 24, 37 / 24, -9 / 24]

/**
 * PNDM: ε by a classical method for even steps of time, and DDIM's step with it. Three steps of Runge–Kutta's method of four calls
 * begin, Adams–Bashforth's of fourth order goes on with one call a step. Of order 2, for DDIM's step bends where ε does not.
 * Made for levels that are even in time.
 *
 * @throws GenError `range` for fewer than 1 step.
 * @see Pseudo numerical methods for diffusion models on manifolds (Liu et al., 2022), eq. 11 to 13 https://arxiv.org/abs/2202.09778
 * @example
 * const images = await model.sample({ count: 16, sampler: pndm({ steps: 20, spacing: trailingSpacing() }), key: key(0) })
 */
export function pndm(options: SamplerOptions = {}): Sampler {
  return stepSampler('pndm', { ...options }, (stage) => {
    const { x, from, to, past, predict } = stage
    const prediction = predict(x, from)
    const { eps, clean } = prediction
    const remembered = remember(eps, past, 3)
    if (from.signal === 0) return { x: straightTo(prediction, to), clean }
    if (past.length === 3) {
      return { x: alongSigma(x, from, to, weighted(multistep, [eps, ...past])), clean, past: remembered }
    }
    if (to.noise === 0) return { x: clean, clean }
    return { x: alongSigma(x, from, to, rungeKutta(stage, eps)), clean, past: remembered }
  })
}

/** The four slopes of a step, with their weights. */
function rungeKutta({ x, from, to, schedule, predict }: Stage, first: Tensor): Weighted[] {
  const middle = middleInTime(schedule, from, to)
  const second = predict(alongSigma(x, from, middle, [[1, first]]), middle).eps
  const third = predict(alongSigma(x, from, middle, [[1, second]]), middle).eps
  const fourth = predict(alongSigma(x, from, to, [[1, third]]), to).eps
  return weighted([1 / 6, 1 / 3, 1 / 3, 1 / 6], [first, second, third, fourth])
}
