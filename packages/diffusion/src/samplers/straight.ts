/** Steps along which a slope stays the same, in the coordinates of several papers. @module */
import { sub, type Tensor } from '@tensorflow/tfjs-core'
import { flowTimeOf, type Level, sigmaOf } from '../schedules/level.ts'
import type { Prediction } from './sampler.ts'
import { weightedSum } from './weighted-sum.ts'

/** A tensor and how much it counts. */
export type Weighted = readonly [weight: number, tensor: Tensor]

/**
 * From where the prediction was made to another level: `x′ = s′ x̂₀ + n′ ε`. Euler's step in σ, in flow time and in the
 * angle, and DDIM's: all coordinates agree on it. At the clean end it is x̂₀.
 */
export function straightTo({ clean, eps }: Prediction, { signal, noise }: Level): Tensor {
  return noise === 0 ? clean : weightedSum([signal, clean], [noise, eps])
}

/** In σ, where x / s has the slope ε: `x′ = s′ (x / s + (σ′ − σ) Σ w ε)`; `sigma` is σ′ where it is not that of `to`. */
export function alongSigma(
  x: Tensor,
  from: Level,
  to: Level,
  slopes: readonly Weighted[],
  sigma: number = sigmaOf(to),
): Tensor {
  const length = to.signal * (sigma - sigmaOf(from))
  return weightedSum(
    [to.signal / from.signal, x],
    ...slopes.map(([weight, slope]) => [length * weight, slope] as const),
  )
}

/** In flow time τ, where x / (s + n) has the slope `v = ε − x̂₀`: `x′ = (s′ + n′) (x / (s + n) + (τ′ − τ) Σ w v)`. */
export function alongFlow(x: Tensor, from: Level, to: Level, slopes: readonly Weighted[]): Tensor {
  const scale = to.signal + to.noise
  const length = scale * (flowTimeOf(to) - flowTimeOf(from))
  return weightedSum(
    [scale / (from.signal + from.noise), x],
    ...slopes.map(([weight, slope]) => [length * weight, slope] as const),
  )
}

/** The velocity of flow time, `ε − x̂₀`. */
export function velocityOf({ eps, clean }: Prediction): Tensor {
  return sub(eps, clean)
}
