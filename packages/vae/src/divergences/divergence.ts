/** What a training descends: the reconstruction error, and how codes are held to the prior. @module */
import type { JsonObject, Key } from '@gen/backend'
import type { DiagonalNormal, Distribution, Losses } from '@gen/model'
import {
  mean,
  neg,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'

/** One forward pass. With several draws, row `d · batch + i` belongs to item i's draw d. */
export interface Pass {
  /** Items. */
  readonly batch: number
  /** Codes drawn for each. */
  readonly draws: number
  /** q(z | x), `[draws · batch, latentSize]`. */
  readonly q: DiagonalNormal
  /** Codes drawn from it. */
  readonly z: Tensor2D
  /** log p(x | z), `[draws · batch]`. */
  readonly logLikelihood: Tensor1D
  readonly prior: Distribution
  /** The decoder's mean for codes; differentiable. */
  readonly decode: (z: Tensor2D) => Tensor
  /** What training changes in the decoder. */
  readonly decoderVariables: () => Variable[]
  readonly key: Key
}

/** How the loss is made of a pass. */
export interface Divergence {
  readonly config: JsonObject
  /** Codes drawn for each item. @default 1 */
  readonly draws?: number
  /** Whether it takes q's density, which codes that are points do not have. */
  readonly density: boolean
  /** `total`, what is descended, and parts of it to show: the mean over the batch of sums over dimensions. */
  loss(pass: Pass): Losses
  /** What the passes move, such as the number of steps of a schedule. */
  state?(): Variable[]
}

/** The mean over the batch of −log p(x | z). */
export function reconstruction({ logLikelihood }: Pick<Pass, 'logLikelihood'>): Scalar {
  return tidy(() => neg(mean(logLikelihood)))
}

/**
 * No divergence: the deterministic autoencoder's loss.
 *
 * @example
 * const divergence = noDivergence()
 */
export function noDivergence(): Divergence {
  return {
    config: { kind: 'none' },
    density: false,
    loss: (pass) => {
      const error = reconstruction(pass)
      return { total: error, reconstruction: error }
    },
  }
}
