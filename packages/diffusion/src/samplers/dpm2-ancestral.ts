/** The midpoint method in σ with ancestral noise. @module */
import { levelOfSigma, sigmaOf } from '../schedules/level.ts'
import { karrasSpacing } from '../spacings/karras.ts'
import { type AncestralOptions, ancestralEuler, ancestralStep, assertEta } from './ancestral.ts'
import type { Sampler } from './sampler.ts'
import { alongSigma, straightTo } from './straight.ts'
import { stepSampler } from './walk.ts'
import { withNoise } from './weighted-sum.ts'

/**
 * As `dpm2`, but down to `σ↓ = √(σ′² − σ↑²)`, then fresh noise `σ↑ = η σ′ √(1 − σ′²/σ²)`. The last step is Euler's, as is one
 * from an infinite σ. Order 2 at η = 0; two calls a step, one less in all. Steps are Karras's by default.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see k-diffusion (Crowson, 2022), sample_dpm_2_ancestral https://github.com/crowsonkb/k-diffusion
 * @example
 * const images = await model.sample({ count: 16, sampler: dpm2Ancestral({ steps: 15 }), key: key(0) })
 */
export function dpm2Ancestral(options: AncestralOptions = {}): Sampler {
  const { eta = 1, spacing = karrasSpacing(), ...rest } = options
  assertEta('diffusion.dpm2Ancestral', eta)
  return stepSampler('dpm2Ancestral', { ...rest, spacing, eta }, ({ x, from, to, predict, noise }) => {
    const first = predict(x, from)
    const { clean } = first
    if (to.noise === 0 || from.signal === 0) return { x: ancestralEuler(first, from, to, eta, noise), clean }
    const { down, up } = ancestralStep(from, to, eta)
    const middle = levelOfSigma(Math.sqrt(sigmaOf(from) * down))
    const { eps } = predict(straightTo(first, middle), middle)
    return { x: withNoise(alongSigma(x, from, to, [[1, eps]], down), to.signal * up, noise), clean }
  })
}
