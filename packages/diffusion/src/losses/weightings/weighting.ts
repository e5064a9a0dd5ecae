/** How much each noise level counts. @module */
import type { JsonObject } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'

/** A weighting as plain JSON. */
export type WeightingConfig = JsonObject & { readonly kind: string }

/**
 * A weighting says how much ‖x₀ − x̂₀‖² counts at each level, whatever the network predicts: on its own output the weight is this one
 * times the square of the parameterization's `gain`. Under `l2` a weighting does not change which network is best, only what a
 * network that is not makes its errors in; under other distances the output is weighted by the same number.
 */
export interface Weighting {
  /** What it is made from again, as plain JSON. */
  readonly config: WeightingConfig
  /** The weight at a signal-to-noise ratio α/(1 − α), element by element; without it the output counts 1 at every level. */
  of?(snr: Tensor): Tensor
}
