/** What an encoder's output stands for: how codes are read from it and drawn. @module */
import { assertKey, type JsonObject, type Key } from '@gen/backend'
import type { DiagonalNormal } from '@gen/model'
import { sampleFrom } from '@gen/priors'
import { clipByValue, fill, type Scalar, split, type Tensor2D, tidy, type Variable } from '@tensorflow/tfjs-core'

/** How codes come from an encoder's output. */
export interface PosteriorKind {
  readonly config: JsonObject
  /** Whether q(z | x) has a density; without one there is no KL, no ELBO and no importance sampling. */
  readonly density: boolean
  /** Numbers that the encoder gives for a code. */
  outputs(latentSize: number): number
  /** q(z | x) of the encoder's output `[batch, outputs]`; log σ² is −∞ where codes are points. */
  read(raw: Tensor2D): DiagonalNormal
  /** Codes `[batch, latentSize]`, differentiable; row i depends only on q's row i and (k, i). */
  draw(q: DiagonalNormal, k: Key): Tensor2D
  /** Called in training with the encoder's output: moves the state, and gives `total`, which is added to the loss. */
  learn?(raw: Tensor2D, k: Key): Readonly<Record<string, Scalar>>
  /** What `learn` moves. */
  state?(): Variable[]
}

/** Bounds of log σ²: exp stays finite, and gradients come back from anywhere inside. */
const bounds = [-30, 20] as const

/**
 * Normal codes, of a mean and a log-variance each: `z = μ + σ·ε`. The encoder gives μ, then log σ² (bounded to [−30, 20]).
 *
 * @see Auto-Encoding Variational Bayes (Kingma & Welling, 2013) https://arxiv.org/abs/1312.6114
 * @example
 * const { mean, logVariance } = normalPosterior().read(encoder.apply(x))
 */
export function normalPosterior(): PosteriorKind {
  return {
    config: { kind: 'normal' },
    density: true,
    outputs: (latentSize) => 2 * latentSize,
    read: (raw) =>
      tidy(() => {
        const [mean, logVariance] = split(raw, 2, 1) as [Tensor2D, Tensor2D]
        return { mean, logVariance: clipByValue(logVariance, ...bounds) }
      }),
    draw: sampleFrom,
  }
}

/**
 * Codes that are points: `z = μ`, as of a deterministic autoencoder.
 *
 * @example
 * const { mean } = pointPosterior().read(encoder.apply(x))
 */
export function pointPosterior(): PosteriorKind {
  return {
    config: { kind: 'point' },
    density: false,
    outputs: (latentSize) => latentSize,
    read: (raw) => tidy(() => ({ ...pointAt(raw.clone()) })),
    draw: ({ mean }, k) => {
      assertKey('vae.pointPosterior', 'k', k)
      return tidy(() => mean.clone())
    },
  }
}

/** A distribution without spread. */
export function pointAt(mean: Tensor2D): DiagonalNormal {
  return { mean, logVariance: fill(mean.shape, Number.NEGATIVE_INFINITY) }
}
