/** Euler's method with ancestral noise. @module */
import { type AncestralOptions, ancestralEuler, assertEta } from './ancestral.ts'
import type { Sampler } from './sampler.ts'
import { stepSampler } from './walk.ts'

/**
 * Euler's step in σ down to `σ↓ = √(σ′² − σ↑²)`, then fresh noise `σ↑ = η σ′ √(1 − σ′²/σ²)`. These are the numbers of
 * `ddim({ eta: 1 })` at η = 1. Order 1, one call a step.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see k-diffusion (Crowson, 2022), sample_euler_ancestral https://github.com/crowsonkb/k-diffusion
 * @example
 * const images = await model.sample({ count: 16, sampler: eulerAncestral({ steps: 30 }), key: key(0) })
 */
export function eulerAncestral({ eta = 1, ...options }: AncestralOptions = {}): Sampler {
  assertEta('diffusion.eulerAncestral', eta)
  return stepSampler('eulerAncestral', { ...options, eta }, ({ x, from, to, predict, noise }) => {
    const prediction = predict(x, from)
    return { x: ancestralEuler(prediction, from, to, eta, noise), clean: prediction.clean }
  })
}
