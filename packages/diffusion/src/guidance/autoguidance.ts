/** Autoguidance. @module */
import { assertWeight } from './classifier-free.ts'
import { extrapolate, type Guidance, type GuidanceWeight, isOne, type PredictAt, tidied, weightAt } from './guidance.ts'

/** Options of {@link autoguidance}. */
export interface AutoguidanceOptions {
  /** A worse model of the same data with the same schedule's levels: smaller, or trained less. */
  weak: { readonly predictAt: PredictAt }
  /** 1 as trained, more leads away from what the worse model does. */
  weight: GuidanceWeight
}

/**
 * Leads away from the mistakes of a worse model: `x̂₀ = x̂₀(weak) + w · (x̂₀ − x̂₀(weak))`, and the same of ε. It sharpens samples without
 * narrowing them as classifier-free guidance does, and needs no class.
 *
 * @throws GenError `range` for a negative weight.
 * @see Guiding a diffusion model with a bad version of itself (Karras et al., 2024) https://arxiv.org/abs/2406.02507
 * @example
 * const guidance = autoguidance({ weak: model, weight: 2 })
 */
export function autoguidance({ weak, weight }: AutoguidanceOptions): Guidance {
  if (typeof weight === 'number') assertWeight('diffusion.autoguidance', weight)
  const guidance: Guidance = (predict) => (x, level, condition) => {
    if (isOne(weight, level)) return predict(x, level, condition)
    return tidied(() => {
      const worse = weak.predictAt(x, level, condition)
      return extrapolate(worse, predict(x, level, condition), weightAt(weight, level, x))
    })
  }
  return Object.assign(guidance, { needsFree: false })
}
