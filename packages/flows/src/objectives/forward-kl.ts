/** Maximum likelihood. @module */
import { assertShape, type JsonObject } from '@gen/backend'
import type { Trainable } from '@gen/train'
import { mean, neg, type Scalar, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core'
import type { Given } from '../bijectors/bijector.ts'
import type { FlowBatch } from '../flow.ts'

/** What has a density that can be trained: a flow. */
export interface DensityModel {
  readonly config: JsonObject
  readonly shape: readonly number[]
  variables(): Variable[]
  logProb(x: Tensor, given?: Given): Tensor1D
}

/** Options of {@link forwardKl}. */
export interface ForwardKlOptions<B> {
  /** What the density is conditional on. @default nothing */
  context?: (batch: B) => Tensor
}

/**
 * Trains a flow by forward KL, that is by maximum likelihood: it descends `−mean log p(x)` in nats. A flow itself is
 * trainable in this way; use this to give it a context from the batch.
 *
 * @example
 * const model = realNvp(2, { context: 2, key: key(0) })
 * const givenClass = forwardKl(model, { context: ({ labels }: Batch) => oneHot(labels!, 2, 1, 0, 'float32') })
 * const batches = moons().batches({ size: 64, key: key(1) })
 * await last(fit(givenClass, batches, { steps: 10, optimizer: adam(), key: key(2) }))
 */
export function forwardKl<B extends FlowBatch = FlowBatch>(
  model: DensityModel,
  { context }: ForwardKlOptions<B> = {},
): Trainable<B> {
  return {
    config: model.config,
    players: [
      {
        name: 'flow',
        variables: () => model.variables(),
        check: (batch) => assertShape('flows.forwardKl', 'batch.x', batch.x, [null, ...model.shape]),
        loss: (batch, k) => {
          const given = context ? { key: k, context: context(batch) } : { key: k }
          return { total: neg(mean(model.logProb(batch.x, given))) as Scalar }
        },
      },
    ],
  }
}
