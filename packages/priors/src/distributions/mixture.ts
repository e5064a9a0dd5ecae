/** What mixtures of normal distributions have in common. @module */
import { categorical, type Key, logSumExp, normal, split } from '@gen/backend'
import type { DiagonalNormal } from '@gen/model'
import {
  add,
  cast,
  exp,
  expandDims,
  logSoftmax,
  matMul,
  mul,
  oneHot,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import { deviance } from '../posteriors/deviance.ts'

/** The parts of a mixture of normal distributions; both methods run inside of a tidy. */
export interface Components {
  /** Log-density of each vector under each component, `[batch, size]` → `[batch, components]`. */
  logProb(z: Tensor2D): Tensor2D
  /** Standard normal numbers `[count, size]` to draws from the components chosen, one-hot `[count, components]`. */
  place(eps: Tensor2D, choice: Tensor2D): Tensor2D
}

/** Diagonal components from `[components, size]` each. */
export function diagonalComponents({ mean, logVariance }: DiagonalNormal): Components {
  return {
    logProb: (z) => {
      const pairs = deviance(expandDims(z, 1), expandDims(mean, 0), expandDims(logVariance, 0))
      return mul(sum(pairs, 2), -0.5)
    },
    place: (eps, choice) => add(matMul(choice, mean), mul(eps, matMul(choice, exp(mul(logVariance, 0.5))))),
  }
}

/** `log Σ w_k p_k(z)`, `[batch]`; `logits` are log-weights up to a constant, `[components]`. */
export function mixtureLogProb(logits: Tensor1D, components: Components, z: Tensor2D): Tensor1D {
  return tidy(() => logSumExp(add(components.logProb(z), expandDims(logSoftmax(logits), 0)), 1) as Tensor1D)
}

/** Draws `[count, size]`; row i depends only on (k, i). */
export function mixtureSample(
  logits: Tensor1D,
  components: Components,
  { count, size, key }: { count: number; size: number; key: Key },
): Tensor2D {
  return tidy(() => {
    const [chooseKey, noiseKey] = split(key) as [Key, Key]
    const chosen = categorical(chooseKey, tile(expandDims(logits, 0), [count, 1]))
    const choice: Tensor = cast(oneHot(chosen, logits.shape[0]), 'float32')
    return components.place(normal(noiseKey, [count, size]) as Tensor2D, choice as Tensor2D)
  })
}
