/** DDPM's ancestral sampling. @module */
import { refusal } from '@gen/backend'
import { add, exp, mul, type Tensor } from '@tensorflow/tfjs-core'
import type { Prediction, Sampler, SamplerOptions } from './sampler.ts'
import { stepSampler } from './walk.ts'
import { weightedSum, withNoise } from './weighted-sum.ts'

/** Options of {@link ddpmAncestral}. */
export interface DdpmAncestralOptions extends SamplerOptions {
  /**
   * Variance of the fresh noise: `small` is that of the posterior, `(1 − α′)/(1 − α) · β`, right for data that are one point;
   * `large` is β, right for normal data; `learned` lies between, as a network with a {@link learnedRange} says.
   *
   * @default 'small'
   */
  variance?: 'small' | 'large' | 'learned'
}

/**
 * Ancestral sampling: a draw of the posterior of the next state, given this one and x̂₀. With β = 1 − α/α′:
 *
 * `x′ = (√α′ β x̂₀ + √(α/α′) (1 − α′) x) / (1 − α) + σ z`. With the small variance these are the numbers of `ddim({ eta: 1 })`.
 * Order 1, one call a step. The published number of steps is 1,000: the large variance needs many.
 *
 * @throws GenError `range` for fewer than 1 step, `config` for another variance; while it samples, `config` for one to be learned by a network that has not.
 * @see Improved denoising diffusion probabilistic models (Nichol and Dhariwal, 2021), section 3.1, for the learned variance https://arxiv.org/abs/2102.09672
 * @see Denoising diffusion probabilistic models (Ho et al., 2020), eq. 7 and section 3.2 https://arxiv.org/abs/2006.11239
 * @example
 * const images = await model.sample({ count: 16, sampler: ddpmAncestral({ steps: 100 }), key: key(0) })
 */
export function ddpmAncestral({ variance = 'small', ...options }: DdpmAncestralOptions = {}): Sampler {
  if (!['small', 'large', 'learned'].includes(variance)) {
    const expected = "variance 'small', 'large' or 'learned'"
    throw refusal('config', 'diffusion.ddpmAncestral', { expected, got: JSON.stringify(variance) })
  }
  return stepSampler('ddpmAncestral', { ...options, variance }, ({ x, from, to, predict, noise }) => {
    const prediction = predict(x, from)
    const { clean } = prediction
    if (to.noise === 0) return { x: clean, clean }
    const ratio = from.signal / to.signal
    const beta = 1 - ratio ** 2
    const shrunk = (to.noise / from.noise) ** 2
    const mean = weightedSum([(to.signal * beta) / from.noise ** 2, clean], [ratio * shrunk, x])
    if (variance === 'learned') return { x: add(mean, mul(noise(), deviations(prediction, beta, shrunk))), clean }
    return { x: withNoise(mean, Math.sqrt(variance === 'small' ? shrunk * beta : beta), noise), clean }
  })
}

/** σ, where log σ² lies between those of the posterior's variance and β as the network says. */
function deviations({ spread }: Prediction, beta: number, shrunk: number): Tensor {
  if (!spread) {
    throw refusal('config', 'diffusion.ddpmAncestral', {
      expected: "a network with a learnedRange() for variance 'learned'",
      got: 'one without',
      remedy: "train it with prediction: learnedRange(), or sample with variance 'small'",
    })
  }
  return mul(exp(mul(spread, -Math.log(shrunk) / 2)), Math.sqrt(shrunk * beta))
}
