/** How weights are drawn. @module */
import { claimWeights, type Key, normal } from '@gen/backend'
import { mul, tidy, type Variable, variable, zeros } from '@tensorflow/tfjs-core'

/** A variable of normal numbers with variance `gain / fanIn`, the fan-in being all sizes but the last. */
export function weight(k: Key, shape: number[], gain = 2): Variable {
  claimWeights('flows.weight', shape)
  const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1)
  return tidy(() => variable(mul(normal(k, shape), Math.sqrt(gain / fanIn))))
}

/** A variable of zeros. */
export function zeroWeight(shape: number[]): Variable {
  claimWeights('flows.weight', shape)
  return tidy(() => variable(zeros(shape)))
}
