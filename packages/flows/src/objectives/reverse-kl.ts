/** Fitting a flow to an unnormalized density. @module */
import { assertInteger, assertShape, split } from '@gen/backend'
import type { Trainable } from '@gen/model'
import { mean, sub, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core'
import type { Flow } from '../flow-model.ts'

/** Options of {@link reverseKl}. */
export interface ReverseKlOptions<T extends Tensor> {
  /** The target's log-density up to a constant, `[batch]`, in differentiable tfjs operations. */
  logDensity: (x: T) => Tensor1D
  /** Samples per step. @default 256 */
  count?: number
}

/**
 * Trains a flow by reverse KL: it descends `E_q[log q(x) − log p̃(x)]`, x being the flow's own samples. The minimum is
 * −log of the density's normalizing constant, where q = p. It needs `inverse` to be fast: couplings, `iaf`.
 *
 * @see Variational Inference with Normalizing Flows (Rezende & Mohamed, 2015) https://arxiv.org/abs/1505.05770
 * @example
 * const task = reverseKl(model, { logDensity: (x) => neg(sum(square(square(x)), 1)), count: 64 })
 * await last(fit(task, noBatches, { steps: 20, optimizer: adam({ learningRate: 1e-3 }), key: key(0) }))
 */
export function reverseKl<T extends Tensor = Tensor2D>(
  model: Flow<T>,
  { logDensity, count = 256 }: ReverseKlOptions<T>,
): Trainable<object> {
  assertInteger('flows.reverseKl', 'count', count, { min: 1 })
  return {
    config: model.config,
    players: [
      {
        name: 'flow',
        variables: () => model.variables(),
        loss: (_, k) => {
          const [forSamples, forEstimates] = split(k)
          const { value, logProb } = model.sampleWithLogProb(count, forSamples!, { key: forEstimates! })
          const target = logDensity(value)
          assertShape('flows.reverseKl', 'logDensity(x)', target, [count], 'return one number per event')
          return { total: mean(sub(logProb, target)) }
        },
      },
    ],
  }
}
