/** What most lines of a sampler are. @module */
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'

/** `Σ weight · tensor`, from left to right; what has no weight is left out. To be run in a `tidy`. */
export function weightedSum(...terms: readonly (readonly [weight: number, tensor: Tensor])[]): Tensor {
  const [first, ...rest] = terms.filter(([weight]) => weight !== 0)
  const [weight, tensor] = first ?? terms[0]!
  return rest.reduce((sum, [w, term]) => add(sum, mul(term, w)), mul(tensor, weight) as Tensor)
}

/** `x + weight · z`; z is not drawn without a weight. To be run in a `tidy`. */
export function withNoise(x: Tensor, weight: number, noise: () => Tensor): Tensor {
  return weight === 0 ? x : add(x, mul(noise(), weight))
}
