/** What the two players of a GAN minimize. @module */
import type { JsonObject } from '@gen/backend'
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'

/** The two losses of a GAN, as functions of the discriminator's logits `[batch]`; means over the batch. */
export interface Objective {
  readonly name: string
  /** How it was made, as plain JSON. */
  readonly config: JsonObject
  /** What the discriminator minimizes. `real` and `fake` are its logits for data and for the generator's samples. */
  discriminator(real: Tensor1D, fake: Tensor1D): Scalar
  /** What the generator minimizes; only relativistic objectives look at `real`. */
  generator(fake: Tensor1D, real: Tensor1D): Scalar
}
