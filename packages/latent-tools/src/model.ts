/** What this package asks of a model: two or three members, which any model has or gets in a line. @module */
import type { Key } from '@gen/backend'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/** Makes data from latent codes. A GAN, a VAE, a flow or a plain function with its size is one. */
export interface Decoder {
  /** Numbers in one code. */
  readonly latentSize: number
  /** Codes `[batch, latentSize]` to data `[batch, …]`; images are `[batch, height, width, channels]` in [0, 1]. */
  decode(z: Tensor2D): Tensor | Promise<Tensor>
}

/** Finds the latent codes of data. */
export interface Encoder {
  /** Numbers in one code. */
  readonly latentSize: number
  /** Data `[batch, …]` to codes `[batch, latentSize]`. */
  encode(x: Tensor): Tensor2D | Promise<Tensor2D>
}

/** A decoder that may be able to encode too. */
export interface LatentModel extends Decoder {
  encode?(x: Tensor): Tensor2D | Promise<Tensor2D>
}

/** A distribution of codes: any prior of `@gen/priors`, a flow, or {@link gaussianPrior}. */
export interface CodePrior {
  sample(count: number, k: Key): Tensor2D
  /** Log-density in nats, `[batch]`. */
  logProb(z: Tensor2D): Tensor1D
}
