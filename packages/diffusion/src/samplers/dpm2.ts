/** The midpoint method in σ, with the midpoint in log σ. @module */
import { karrasSpacing } from '../spacings/karras.ts'
import { levelBetween } from './exponential.ts'
import type { Sampler, SamplerOptions } from './sampler.ts'
import { alongSigma, straightTo } from './straight.ts'
import { stepSampler } from './walk.ts'

/**
 * DPM-Solver-2 as k-diffusion has it: Euler's step to `√(σ σ′)`, and the whole step with the slope from there,
 * `y′ = y + (σ′ − σ) ε_mid`. The last step is Euler's, as is one from an infinite σ. Order 2; two calls a step, one less in all.
 * Steps are Karras's by default.
 *
 * @throws GenError `range` for fewer than 1 step.
 * @see DPM-Solver (Lu et al., 2022), algorithm 1 https://arxiv.org/abs/2206.00927
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022) https://arxiv.org/abs/2206.00364
 * @example
 * const images = await model.sample({ count: 16, sampler: dpm2({ steps: 10 }), key: key(0) })
 */
export function dpm2({ spacing = karrasSpacing(), ...options }: SamplerOptions = {}): Sampler {
  return stepSampler('dpm2', { ...options, spacing }, ({ x, from, to, predict }) => {
    const first = predict(x, from)
    const { clean } = first
    if (to.noise === 0 || from.signal === 0) return { x: straightTo(first, to), clean }
    const middle = levelBetween(from, to, 1 / 2)
    const { eps } = predict(straightTo(first, middle), middle)
    return { x: alongSigma(x, from, to, [[1, eps]]), clean }
  })
}
