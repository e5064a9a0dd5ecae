/** Gradients of unstack and split into one piece; tfjs takes the one gradient for a list. @module */
import type { GradConfig } from '@tensorflow/tfjs-core'

/** Wraps the gradient of Unpack or SplitV. */
export function withPieces(config: GradConfig): GradConfig {
  return { ...config, gradFunc: (dy, saved, attributes) => config.gradFunc([dy].flat(), saved, attributes) }
}
