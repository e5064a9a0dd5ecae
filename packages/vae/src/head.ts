/** What happens to a decoder's output before the likelihood sees it. @module */
import { assertRank, type JsonObject } from '@gen/backend'
import { add, mul, sigmoid, split, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** A function without weights of the decoder's output, the last thing before the likelihood. */
export interface Head {
  readonly config: JsonObject
  /** Channels that it takes for each channel it gives. */
  readonly channels: number
  apply(raw: Tensor): Tensor
}

/**
 * The output as it is: for logits, and for data without bounds.
 *
 * @example
 * const logits = linearHead().apply(ones([4, 28, 28, 1]))
 */
export function linearHead(): Head {
  return { config: { kind: 'linear' }, channels: 1, apply: (raw) => tidy(() => raw.clone()) }
}

/**
 * A sigmoid: means of pixels in [0, 1].
 *
 * @example
 * const means = sigmoidHead().apply(ones([4, 28, 28, 1]))
 */
export function sigmoidHead(): Head {
  return { config: { kind: 'sigmoid' }, channels: 1, apply: (raw) => sigmoid(raw) }
}

/**
 * Three images for one: a mask m and two images, all through a sigmoid, and `y = m·y₁ + (1 − m)·y₂`. The mask splits what
 * has to be drawn between the two, which leaves fewer latent variables without use.
 *
 * @throws GenError `shape`, when called, for an output without channels.
 * @see Enhancing variational generation through self-decomposition (Asperti et al., 2022) https://arxiv.org/abs/2202.02738
 * @example
 * const means = splitHead().apply(ones([4, 28, 28, 3])) // [4, 28, 28, 1]
 */
export function splitHead(): Head {
  return {
    config: { kind: 'split' },
    channels: 3,
    apply: (raw) => {
      assertRank('vae.splitHead', 'output', raw, 4, 'split is for images')
      return tidy(() => {
        const [mask, first, second] = split(sigmoid(raw), 3, 3) as [Tensor, Tensor, Tensor]
        return add(mul(mask, first), mul(sub(1, mask), second))
      })
    },
  }
}
