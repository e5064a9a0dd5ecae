/** The network as a sampler sees it: conditioned, guided, clipped. @module */
import { add, fill, mul, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import type { Denoiser, DenoisingCondition } from '../networks/network.ts'
import type { Normalizer } from '../normalize.ts'
import { rates, removeNoise } from '../predictions/forward.ts'
import type { Prediction } from '../samplers/sampler.ts'

/** What a prediction goes by. */
export interface GuidanceOptions {
  readonly denoise: Denoiser
  readonly condition: DenoisingCondition
  /** The label that means "no class". */
  readonly nullLabel: number
  /** Weight w of the conditional prediction: 1 takes it as it is. */
  readonly guidance: number
  /** Keeps x̂₀ in the data's range. */
  readonly clip: Normalizer | undefined
}

/**
 * Predicts ε and x̂₀. With guidance w ≠ 1: `ε = ε(∅) + w · (ε(label) − ε(∅))`, so w = 0 ignores the label and w > 1 overdoes it.
 *
 * @see Classifier-free diffusion guidance (Ho and Salimans, 2022), whose w is one less https://arxiv.org/abs/2207.12598
 */
export function guidedPrediction(
  x: Tensor,
  alpha: number,
  { denoise, condition, nullLabel, guidance, clip }: GuidanceOptions,
): Prediction {
  return tidy(() => {
    const ratio = fill([x.shape[0] ?? 0], alpha) as Tensor1D
    let eps = denoise(x, ratio, condition)
    if (guidance !== 1 && condition.label) {
      const label = fill(condition.label.shape, nullLabel, 'int32') as Tensor1D
      const free = denoise(x, ratio, { ...condition, label })
      eps = add(free, mul(sub(eps, free), guidance))
    }
    const clean = removeNoise(x, alpha, eps)
    if (!clip) return { eps, clean }
    const clipped = clip.clipNormalized(clean)
    return { eps: noiseBetween(x, clipped, alpha), clean: clipped }
  })
}

/** The ε that makes x of this x̂₀: clipping one without the other would leave the path. */
function noiseBetween(x: Tensor, clean: Tensor, alpha: number): Tensor {
  const { signal, noise } = rates('diffusion.sample', x, alpha) as { signal: number; noise: number }
  return mul(sub(x, mul(clean, signal)), 1 / noise)
}
