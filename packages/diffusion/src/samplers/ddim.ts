/** DDIM sampling, and DDPM's as its other end. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type Sampler, type SamplerContext, type SamplerState, signalRatios } from './sampler.ts'

/** Options of {@link ddim}. */
export interface DdimOptions {
  /** Calls of the network. @default 20 */
  steps?: number
  /** 0 puts the predicted noise back in (deterministic), 1 is DDPM's ancestral sampling, between is between. @default 0 */
  eta?: number
}

/**
 * Denoising diffusion implicit sampling. Along one rising list of signal ratios, from α to the next one α′:
 *
 * `x′ = √α′ · x̂₀ + √(1 − α′ − σ²) · ε + σ · z` with `σ² = η² (1 − α′)/(1 − α) · (1 − α/α′)` and fresh noise z. The last step
 * returns x̂₀.
 *
 * @throws GenError `range` for fewer than 1 step or an η outside [0, 1].
 * @see Denoising diffusion implicit models (Song et al., 2020), eq. 12 and 16 https://arxiv.org/abs/2010.02502
 * @example
 * const images = await model.sample({ count: 16, sampler: ddim({ steps: 50 }), key: key(0) })
 */
export function ddim({ steps = 20, eta = 0 }: DdimOptions = {}): Sampler {
  assertInteger('diffusion.ddim', 'steps', steps, { min: 1 })
  assertNumber('diffusion.ddim', 'eta', eta, { min: 0, max: 1 })
  return { name: 'ddim', steps, config: { steps, eta }, run: (context) => run(context, steps, eta) }
}

/** The standard deviation σ of the fresh noise between two signal ratios, DDIM's eq. 16. */
export function freshNoise(alpha: number, next: number, eta: number): number {
  return eta * Math.sqrt(((1 - next) / (1 - alpha)) * (1 - alpha / next))
}

function* run(
  { start, schedule, predict, noise }: SamplerContext,
  steps: number,
  eta: number,
): Generator<SamplerState, Tensor, undefined> {
  const ratios = signalRatios(schedule, steps)
  /** The state the step begins with, x̂₀, and the state it leads to: the last step has none. */
  let [x, clean, following]: (Tensor | undefined)[] = [start.clone()]
  try {
    for (const [i, alpha] of ratios.entries()) {
      const from = x!
      const next = ratios[i + 1]
      ;[clean, following] = tidy(() => {
        const { eps, clean: predicted } = predict(from, alpha)
        if (next === undefined) return [predicted]
        return [predicted, reinject(predicted, eps, freshNoise(alpha, next, eta), next, () => noise(i))]
      })
      yield { step: i + 1, alpha, x: from, clean: clean! }
      from.dispose()
      if (next !== undefined) clean!.dispose()
      ;[x, following] = [following, undefined]
    }
    const result = clean!
    clean = undefined
    return result
  } finally {
    for (const tensor of [x, clean, following]) tensor?.dispose()
  }
}

/** `√α′ · x̂₀ + √(1 − α′ − σ²) · ε + σ · z`. */
function reinject(clean: Tensor, eps: Tensor, sigma: number, next: number, fresh: () => Tensor): Tensor {
  const kept = Math.sqrt(Math.max(0, 1 - next - sigma ** 2))
  const mixed = add(mul(clean, Math.sqrt(next)), mul(eps, kept))
  return sigma === 0 ? mixed : add(mixed, mul(fresh(), sigma))
}
