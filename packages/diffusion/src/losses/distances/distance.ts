/** How far an output is from its target. @module */
import type { JsonObject } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'

/** A distance as plain JSON. */
export type DistanceConfig = JsonObject & { readonly kind: string }

/** A distance, element by element. */
export interface Distance {
  /** What it is made from again, as plain JSON. */
  readonly config: DistanceConfig
  /** The distance of each element, for the difference of target and output; runs in a `tidy`. */
  of(difference: Tensor): Tensor
}
